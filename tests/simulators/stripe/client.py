"""A plain client of the simulated account: forms in, JSON out."""

import uuid
from typing import Any, Self

import httpx

VISA = "4242424242424242"


class Client:
    """Speaks to one simulator with one key."""

    def __init__(self, url: str, key: str) -> None:
        self._http = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {key}"}, trust_env=False, timeout=5, verify=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def post(self, path: str, *, key: str | None = None, **params: Any) -> httpx.Response:
        """Post a form under a new idempotency key unless one is given; `a__b` stands for `a[b]`."""
        form = {name.replace("__", "[", 1) + ("]" if "__" in name else ""): str(one) for name, one in params.items()}
        return self._http.post(f"/v1/{path}", data=form, headers={"Idempotency-Key": key or str(uuid.uuid4())})

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self._http.get(f"/v1/{path}", params=params)

    def switch(self, name: str, **content: Any) -> Any:
        answer = self._http.post(f"/__sim/{name}", json=content)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def look(self, name: str) -> Any:
        return self._http.get(f"/__sim/{name}").json()

    def raw(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self._http.request(method, path, **options)

    def spoil(
        self, kind: str, *, path: str = "/v1/payment_intents", verb: str = "", times: int = 1, **words: Any
    ) -> None:
        self.switch("scenario", match={"path": path, "method": verb}, action={"kind": kind, **words}, times=times)

    def method(self, number: str = VISA, **more: Any) -> httpx.Response:
        words = {
            "type": "card",
            "card__number": number,
            "card__exp_month": 12,
            "card__exp_year": 2035,
            "card__cvc": 123,
        }
        return self.post("payment_methods", **{**words, **more})

    def attached(self, number: str = VISA) -> tuple[str, str]:
        """Return a customer and a method of it."""
        customer = self.post("customers").json()["id"]
        method = self.method(number).json()["id"]
        assert self.post(f"payment_methods/{method}/attach", customer=customer).status_code == 200
        return customer, method

    def charge(self, number: str = VISA, *, key: str | None = None, **more: Any) -> httpx.Response:
        """Make and confirm an intent of 200.00 USD."""
        customer, method = more.pop("attached", None) or self.attached(number)
        words = {"amount": 20000, "currency": "usd", "confirm": "true", "customer": customer, "payment_method": method}
        return self.post("payment_intents", key=key, **{**words, "metadata__reference": "top_1", **more})
