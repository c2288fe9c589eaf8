"""What the vendors' clients must be able to do. Run by run.py, in the environment that holds the clients."""

import asyncio
import logging
import os
import sys
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from hosts import Hosts


def refused(kind: type[Exception], call: Callable, *args, **kwargs) -> Exception:
    """The error that a call must end with."""
    try:
        call(*args, **kwargs)
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} expected of {call}")


def pt_sandbox(proxy: str) -> None:
    asyncio.run(pt_sandbox_calls(proxy))


async def pt_sandbox_calls(proxy: str) -> None:
    import aiohttp
    from ptsandbox import Sandbox, SandboxKey
    from ptsandbox.exceptions import SandboxApiError
    from ptsandbox.models import TokenPermissions

    def sandbox(login: str, password: str, auth_type: int, secret: str = "none") -> Sandbox:
        ui = SandboxKey.UI(login=login, password=password, auth_type=auth_type)
        key = SandboxKey(name="demo", key=secret, host="sandbox.example.com", ui=ui)
        return Sandbox(key, proxy=proxy)

    async def status(call) -> int:
        try:
            await call
        except aiohttp.ClientResponseError as error:
            return error.status
        return 200

    for wrong in [("demo", "wrong", 0), ("demo", "demo", 1)]:
        async with sandbox(*wrong) as refused_one:
            assert await status(refused_one.ui.authorize()) == 401

    for login, auth_type in [("demo", 0), ("ldap-demo", 1)]:
        async with sandbox(login, "demo", auth_type) as signed_in:
            ui = signed_in.ui
            await ui.authorize()
            before = await ui.get_api_tokens()
            assert before.total == len(before.entries) >= 24
            assert any(token.deleted for token in before.entries)

            wanted = [TokenPermissions.SCAN_WITH_EXTENDED_SETTINGS, TokenPermissions.TASKS_VIEW_ALL]
            made = await ui.create_api_token("vendor-client", wanted, comment="Łódź")
            assert (made.permissions, made.comment, made.creator_login) == (wanted, "Łódź", login)
            assert made.token and len(made.key) == 64

            # The client believes each access token to be too old, and renews it.
            ui.token_lifetime = timedelta(0)
            old = ui.session.headers["Authorization"]
            listed = {token.id: token for token in (await ui.get_api_tokens()).entries}
            assert ui.session.headers["Authorization"] != old
            assert len(listed) == before.total + 1 and listed[made.id].deleted is None

            async with sandbox(login, "demo", auth_type, made.token) as with_secret:
                assert (await with_secret.api.get_health_status()).data.status == "OK"
                await ui.delete_api_token(made.id)
                assert await status(with_secret.api.get_health_status()) == 401
            listed = {token.id: token for token in (await ui.get_api_tokens()).entries}
            assert listed[made.id].deleted >= made.created
            assert await status(ui.delete_api_token(made.id)) == 404

            try:
                await ui.create_api_token("no", [])
                raise AssertionError("a name of two letters was accepted")
            except SandboxApiError as error:
                assert error.status == 400 and "name" in error.errors[0].message


def air_v1(_: str) -> None:
    from air_sdk import AirApi
    from air_sdk.exceptions import AirForbiddenError, AirUnexpectedResponse

    refused(AirForbiddenError, AirApi, username="demo", password="wrong")
    # The client recognises the body of a 403 to the byte: only then is its own message used.
    assert "call AirApi.authorize()" in str(refused(AirForbiddenError, AirApi, bearer_token="nonsense"))

    air = AirApi(username="demo", password="demo")
    assert air.username == "demo"
    before = air.api_tokens.list()
    assert len(before) >= 24 and not any(hasattr(token, "token") for token in before)

    made = air.api_tokens.create(name="vendor client 1")
    assert [token.id for token in air.api_tokens.list(name="vendor client 1")] == [made.id]
    for signed_in in [AirApi(username="demo", password=made.token), AirApi(bearer_token=made.token)]:
        assert signed_in.username == "demo" and len(signed_in.api_tokens.list()) == len(before) + 1
    # It follows a 301 only to a host that it knows, so the address must be the one that it called.
    assert len(air.get("https://air.nvidia.com/api/v1/api-token").json()) == len(before) + 1

    air.api_tokens.delete(made.id)
    error = refused(AirUnexpectedResponse, air.api_tokens.delete, made.id)
    assert error.status_code == 404 and '{"detail":"Not found."}' in str(error)
    refused(AirForbiddenError, AirApi, bearer_token=made.token)
    other = air.api_tokens.create(name="vendor client 1", expiry=datetime.now(timezone.utc) + timedelta(days=1))
    other.delete()
    assert len(air.api_tokens.list()) == len(before)
    assert "name" in str(refused(AirUnexpectedResponse, air.api_tokens.create, name=""))


def air_v2(_: str) -> None:
    from air_sdk.air_api import AirAuthorizationError
    from air_sdk.exceptions import AirUnexpectedResponse
    from air_sdk.v2 import AirApi

    refused(AirAuthorizationError, AirApi, username="demo", password="wrong")
    assert refused(AirUnexpectedResponse, list, AirApi(bearer_token="x").api_tokens.list()).status_code == 403

    air = AirApi(username="demo", password="demo")
    before = list(air.api_tokens.list())
    air.set_page_size(7)
    assert list(air.api_tokens.list()) == before and len(before) >= 24
    assert {type(token.expiry) for token in before} == {datetime, type(None)}

    expiry = datetime.now(timezone.utc) + timedelta(days=30)
    made = air.api_tokens.create("vendor client 2", expiry)
    assert (made.name, made.expiry) == ("vendor client 2", expiry)
    assert made in list(air.api_tokens.list())
    made.delete()
    assert list(air.api_tokens.list()) == before

    # The client's model has no place for the secret; the answer has.
    answer = air.client.post(f"{air.client.base_url}api-tokens/", json={"name": "vendor client 2", "expiry": None})
    made = answer.json()
    for signed_in in [AirApi(username="demo", password=made["token"]), AirApi(bearer_token=made["token"])]:
        assert len(list(signed_in.api_tokens.list())) == len(before) + 1
    air.api_tokens.delete(made["id"])
    refused(AirAuthorizationError, AirApi, username="demo", password=made["token"])
    assert refused(AirUnexpectedResponse, air.api_tokens.delete, made["id"]).status_code == 404


def mist(_: str) -> None:
    import mistapi
    from mistapi.api.v1.orgs import apitokens as org_tokens
    from mistapi.api.v1.orgs import sitegroups, sites
    from mistapi.api.v1.self import apitokens as own_tokens

    def session(host: str = "api.mist.com", **credentials: str) -> mistapi.APISession:
        return mistapi.APISession(host=host, show_cli_notif=False, console_log_level=0, **credentials)

    def sign_in(host: str = "api.mist.com", **credentials: str) -> tuple[mistapi.APISession, dict]:
        made = session(host)
        return made, made.login_with_return(**credentials)

    def ok(answer) -> list | dict:
        assert answer.status_code == 200, (answer.url, answer.status_code, answer.raw_data)
        return answer.data

    def use_and_delete(made: dict, delete: Callable, is_org: bool) -> None:
        """A token's secret signs in until the token is deleted."""
        key = made["key"]
        with_key, result = sign_in(apitoken=key)
        assert result == {"authenticated": True, "error": ""}
        assert ("email" in ok(with_key.mist_get("/api/v1/self"))) != is_org
        ok(delete())
        assert delete().status_code == 404
        refused(ValueError, session, apitoken=key)

    demo = {"email": "demo@example.com", "password": "demo"}
    guarded = {"email": "demo-2fa@example.com", "password": "demo"}
    wrong = sign_in(**demo | {"password": "wrong"})[1]
    assert not wrong["authenticated"] and isinstance(wrong["error"], str)
    refused(ValueError, session, apitoken="nonsense")
    assert sign_in(**guarded)[1]["error"]["two_factor_required"]
    assert sign_in(**guarded, two_factor="000000")[1]["error"] == "2FA authentication failed"
    with_code, result = sign_in(**guarded, two_factor="123456")
    assert result["authenticated"]
    # At other clouds the CSRF cookie is called by the cloud's name.
    european, result = sign_in("api.eu.mist.com", **demo)
    assert result["authenticated"]

    signed_in = session(**demo)
    signed_in.login()
    org_id = next(it.org_id for it in signed_in.privileges if it.scope == "org")
    assert signed_in.get_privilege_by_org_id(org_id).role

    for caller in [signed_in, with_code, european]:
        before = ok(own_tokens.listApiTokens(caller))
        made = ok(own_tokens.createApiToken(caller, {"name": "vendor client"}))
        token_id, key = made["id"], made["key"]
        listed = {it["id"]: it for it in ok(own_tokens.listApiTokens(caller))}
        assert len(listed) == len(before) + 1 and listed[token_id]["key"] == f"{key[:4]}...{key[-4:]}"
        ok(own_tokens.updateApiToken(caller, token_id, {"name": "renamed"}))
        assert ok(own_tokens.getApiToken(caller, token_id))["name"] == "renamed"
        use_and_delete(made, lambda: own_tokens.deleteApiToken(caller, token_id), is_org=False)

    before = ok(org_tokens.listOrgApiTokens(signed_in, org_id))
    site = mistapi.get_all(signed_in, sites.listOrgSites(signed_in, org_id, limit=1))[-1]
    group = ok(sitegroups.listOrgSiteGroups(signed_in, org_id))[0]
    privileges = [
        {"scope": "site", "role": "read", "site_id": site["id"]},
        {"scope": "sitegroup", "role": "helpdesk", "sitegroup_id": group["id"]},
    ]
    body = {"name": "vendor client", "privileges": privileges, "src_ips": ["127.0.0.0/8", "::1"]}
    made = ok(org_tokens.createOrgApiToken(signed_in, org_id, body))
    own = signed_in, org_id, made["id"]
    stored = ok(org_tokens.getOrgApiToken(*own))
    assert [it["scope"] for it in stored["privileges"]] == ["site", "sitegroup"]
    assert stored["src_ips"] == body["src_ips"] and stored["key"] != made["key"]
    renamed = {"name": "renamed", "privileges": [{"scope": "org", "role": "admin"}]}
    ok(org_tokens.updateOrgApiToken(*own, renamed))
    assert ok(org_tokens.getOrgApiToken(*own))["name"] == "renamed"
    assert len(ok(org_tokens.listOrgApiTokens(signed_in, org_id))) == len(before) + 1
    use_and_delete(made, lambda: org_tokens.deleteOrgApiToken(*own), is_org=True)
    assert org_tokens.createOrgApiToken(signed_in, org_id, {"name": "a"}).status_code == 400

    signed_in.logout()
    assert not signed_in.get_authentication_status()


CHECKS = [pt_sandbox, air_v1, air_v2, mist]


def main() -> int:
    n_passed = n_failed = 0
    # The clients log every refusal, and these are wanted.
    logging.disable()
    for name in [it for it in os.environ if it.upper().endswith("_PROXY") or it.startswith("MIST_")]:
        del os.environ[name]
    for tells_prefix in [True, False]:
        arrangement = "proxy tells the prefix" if tells_prefix else "proxy rewrites cookie paths"
        with Hosts(sys.argv[1], tells_prefix) as hosts:
            os.environ |= {"https_proxy": hosts.url, "REQUESTS_CA_BUNDLE": str(hosts.certificates)}
            for check in CHECKS:
                try:
                    check(hosts.url)
                    n_passed += 1
                    print(f"ok      {check.__name__} ({arrangement})")
                except Exception:
                    n_failed += 1
                    traceback.print_exc()
                    print(f"FAILED  {check.__name__} ({arrangement})")
    if n_failed:
        print(f"{n_failed} failed")
    print(f"{n_passed} passed")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
