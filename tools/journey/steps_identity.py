"""Steps about who somebody is: sign-up, sign-in by code, second factor, recovery codes."""

import itertools
from collections.abc import Callable
from typing import Any

import httpx

from tools.journey.client import JourneyError, LostAnswerError, NoMailError, require
from tools.journey.otp import Authenticator
from tools.journey.world import Person, Step, World, new_person

_AUTH = "/_allauth/app/v1"
_ATTEMPTS = 3


def sign_up(world: World, person: Person) -> None:
    """Sign up with an address that the product has not seen, and prove it with the code from the mail."""
    attempts = itertools.count()

    def attempt() -> httpx.Response:
        # A lost answer leaves an account in an unknown state, so the next attempt is with another address.
        if next(attempts):
            person.move_to(new_person(world.sink, person.name, person.email.partition("@")[0].rpartition(".")[0]))
        require(_post(world, person, "/auth/signup", {"email": person.email}), 401)
        return _post(world, person, "/auth/email/verify", {"key": person.mailbox.code(after=0)})

    require(_again_when_lost(attempt), 200)


def sign_in(world: World, person: Person) -> None:
    """Sign in with a code from the mail; this person has no second factor."""
    require(_send_code(world, person), 200)


def sign_in_with(world: World, person: Person, second_factor: Callable[[], str]) -> None:
    """Sign in with a code from the mail and a second factor; the code alone opens nothing."""

    def attempt() -> httpx.Response:
        require(_send_code(world, person), 401)
        require(world.api.send("GET", "/api/v1/wallets", token=person.token), 401)
        return _post(world, person, "/auth/2fa/authenticate", {"code": second_factor()})

    require(_again_when_lost(attempt), 200)


def enrol_authenticator(world: World, person: Person) -> None:
    """Take the secret that the product shows and prove it with the first code."""
    path = "/account/authenticators/totp"

    def attempt() -> httpx.Response:
        answer = _get(world, person, path)
        if answer.status_code == httpx.codes.OK and person.authenticator:
            return answer
        require(answer, 404)
        person.authenticator = Authenticator(answer.json()["meta"]["secret"], wait=world.wait_for_code)
        return _post(world, person, path, {"code": person.authenticator.code()})

    require(_again_when_lost(attempt), 200)


def read_recovery_codes(world: World, person: Person) -> None:
    """Look at the recovery codes, or have them made; a fresh proof of the second factor comes first where asked."""
    path = "/account/authenticators/recovery-codes"
    answer = _with_fresh_proof(world, person, lambda: _get(world, person, path))
    if answer.status_code == httpx.codes.NOT_FOUND:
        answer = _with_fresh_proof(world, person, lambda: _again_when_lost(lambda: _post(world, person, path, {})))
    require(answer, 200)
    person.recovery_codes = list(answer.json()["data"]["unused_codes"])
    if not person.recovery_codes:
        message = "no recovery codes were shown"
        raise JourneyError(message)


def totp_code(person: Person) -> str:
    """Return the person's next unused code. Raises JourneyError before enrolment."""
    if person.authenticator is None:
        message = f"{person.name} has no authenticator"
        raise JourneyError(message)
    return person.authenticator.code()


def _send_code(world: World, person: Person) -> httpx.Response:
    def attempt() -> httpx.Response:
        person.token = ""
        seen = person.mailbox.newest()
        require(_post(world, person, "/auth/code/request", {"email": person.email}), 401)
        return _post(world, person, "/auth/code/confirm", {"code": person.mailbox.code(after=seen)})

    return _again_when_lost(attempt)


def _with_fresh_proof(world: World, person: Person, call: Callable[[], httpx.Response]) -> httpx.Response:
    answer = call()
    if answer.status_code != httpx.codes.UNAUTHORIZED:
        return answer
    flows = {flow["id"] for flow in answer.json()["data"]["flows"]}
    if "mfa_reauthenticate" not in flows:
        return answer
    path = "/auth/2fa/reauthenticate"
    require(_again_when_lost(lambda: _post(world, person, path, {"code": totp_code(person)})), 200)
    return call()


def _again_when_lost(attempt: Callable[[], httpx.Response]) -> httpx.Response:
    for _ in range(_ATTEMPTS - 1):
        try:
            return attempt()
        except (LostAnswerError, NoMailError):
            continue
    return attempt()


def _get(world: World, person: Person, path: str) -> httpx.Response:
    return _token_kept(person, world.api.send("GET", _AUTH + path, token=person.token))


def _post(world: World, person: Person, path: str, body: dict[str, Any]) -> httpx.Response:
    return _token_kept(person, world.api.send("POST", _AUTH + path, body=body, token=person.token))


def _token_kept(person: Person, answer: httpx.Response) -> httpx.Response:
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    content = answer.json() if is_json else {}
    person.token = content.get("meta", {}).get("session_token") or person.token
    return answer


STEPS = (
    Step("Ada signs up with the code from her mail", lambda w: sign_up(w, w.ada)),
    Step("Kenji signs up with the code from his mail", lambda w: sign_up(w, w.kenji)),
    Step("Ada signs in by a code", lambda w: sign_in(w, w.ada)),
    Step("Ada enrols an authenticator app", lambda w: enrol_authenticator(w, w.ada)),
    Step("Kenji enrols an authenticator app", lambda w: enrol_authenticator(w, w.kenji)),
    Step("Ada reads her recovery codes", lambda w: read_recovery_codes(w, w.ada)),
    Step("Kenji reads his recovery codes", lambda w: read_recovery_codes(w, w.kenji)),
    Step(
        "Ada signs in again: code, then authenticator app",
        lambda w: sign_in_with(w, w.ada, lambda: totp_code(w.ada)),
    ),
    Step(
        "Kenji signs in again: code, then a recovery code",
        lambda w: sign_in_with(w, w.kenji, w.kenji.recovery_codes.pop),
    ),
)
