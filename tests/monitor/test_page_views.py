"""The pages as the server gives them: without data, without inline scripts or styles, under addresses that stay."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from monitor_users import new_user

from data_models.error_components import COMPONENTS
from monitor.pages.views import PAGES

PLAIN = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
ADDRESSES = ["/", *(f"/{name}/" for name in PAGES)]
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture(autouse=True)
def files_as_built() -> Iterator[None]:
    """Static files under their own names: a site collects them first."""
    with override_settings(STORAGES=PLAIN):
        yield


class Page(HTMLParser):
    """What of a page matters here."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline = ""
        self._within = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._within = tag

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within in ("script", "style"):
            self.inline += data


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_has_no_inline_script_or_style_and_nothing_from_elsewhere(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    page = Page(response.content.decode())
    assert page.inline.strip() == ""
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        address_of = attributes.get("src") or (attributes.get("href") if tag == "link" else None) or "/"
        assert address_of.startswith("/"), address_of
    assert {"script", "link"} <= {tag for tag, _ in page.tags}


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_says_nothing_that_its_address_says(client: Client, address: str) -> None:
    text = client.get(address, {"computingsite": HOSTILE, "date_from": HOSTILE}).content.decode()
    assert "alert(1)" not in text


def test_pages_are_told_where_the_interface_is_and_what_codes_are_called(client: Client) -> None:
    body = next(attributes for tag, attributes in Page(client.get("/").content.decode()).tags if tag == "body")
    assert body["data-api"] == reverse("api-1:api-root")
    told = dict(pair.split(":") for pair in body["data-components"].split())
    assert told == {one.name: one.code_column for one in COMPONENTS}


def test_every_page_has_a_heading_and_a_link_to_its_content(client: Client) -> None:
    for address in ADDRESSES:
        tags = [tag for tag, _ in Page(client.get(address).content.decode()).tags]
        assert tags.count("h1") == 1
        assert "main" in tags


@pytest.mark.parametrize(
    ("known", "page"),
    [
        ("/job/7178010675/", "/job/?pandaid=7178010675"),
        ("/task/41641560/?days=3", "/task/?days=3&jeditaskid=41641560"),
        ("/site/CERN-PROD/", "/site/?computingsite=CERN-PROD"),
        ("/site/A%2FB%26c/", "/site/?computingsite=A%2FB%26c"),
        ("/user/Jos%C3%A9 Nakamura/", "/user/?produsername=Jos%C3%A9+Nakamura"),
        ("/wn/CERN-PROD/node1.cern.ch/?hours=6", "/node/?hours=6&computingsite=CERN-PROD&node=node1.cern.ch"),
    ],
)
def test_addresses_of_pandas_monitor_lead_to_the_pages(client: Client, known: str, page: str) -> None:
    response = client.get(known)
    assert (response.status_code, response["Location"]) == (302, page)


def test_a_known_address_leads_nowhere_else(client: Client) -> None:
    assert client.get("/site/https://example.org/")["Location"].startswith("/site/?computingsite=https%3A%2F%2F")


def test_pages_only_show(client: Client) -> None:
    assert client.post("/").status_code in (403, 405)
    assert client.get("/nothing/").status_code == 404


def test_who_has_to_sign_in_is_led_there_and_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_MONITOR_ANONYMOUS", "0")
    response = client.get("/site/?computingsite=A%26B")
    assert (response.status_code, response["Location"]) == (302, "/login/?next=/site/%3Fcomputingsite%3DA%2526B")


def test_pages_are_shown_to_who_has_signed_in(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_MONITOR_ANONYMOUS", "0")
    text = signed_in.get("/").content.decode()
    assert "Sign out" in text
    assert "csrfmiddlewaretoken" in text


def test_the_account_has_a_page_for_who_has_signed_in_whoever_may_read(client: Client) -> None:
    assert client.get("/account/")["Location"] == "/login/?next=/account/"
    user = new_user()
    client.force_login(user)
    page = Page(client.get("/account/").content.decode())
    links = [attributes.get("href") for tag, attributes in page.tags if tag == "a"]
    assert links.count("/account/") == links.count("/account/password/") == 1


def test_the_page_of_staff_is_for_staff_alone(client: Client) -> None:
    assert client.get("/staff/")["Location"] == "/login/?next=/staff/"
    client.force_login(new_user())
    assert client.get("/staff/").status_code == 403
    assert 'href="/staff/"' not in client.get("/").content.decode()
    client.force_login(new_user(is_staff=True))
    assert 'href="/staff/" aria-current="page"' in client.get("/staff/").content.decode()
