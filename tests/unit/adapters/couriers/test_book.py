"""The address book: recipients, their addresses and secrets, or a fault named without them."""

from pathlib import Path

import pytest

from adapters.couriers.book import AddressBookError, read_address_book
from adapters.couriers.http import Address
from regulation.messages import Channel

BOOK = """
[transporter."Ambulances d'essai"]
url = "https://ambulances.example/missions"
secret_file = "secret.txt"
[patient."*"]
url = "https://sms.example/send"
"""


def book(folder: Path, text: str) -> Path:
    path = folder / "destinataires.toml"
    path.write_text(text, encoding="utf-8")
    (folder / "secret.txt").write_bytes(b"un secret\n")
    (folder / "vide.txt").write_bytes(b"\n")
    return path


def test_recipients_are_read_by_channel_with_their_secrets(tmp_path: Path):
    assert read_address_book(book(tmp_path, BOOK)) == {
        Channel.TRANSPORTER: {
            "Ambulances d'essai": Address(
                url="https://ambulances.example/missions", secret=b"un secret"
            )
        },
        Channel.PATIENT: {"*": Address(url="https://sms.example/send")},
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[transporter", "n'est pas du TOML"),
        pytest.param(f"x = {'[' * 100_000}", "emboîte trop de choses", id="deep"),
        pytest.param(f"x = {'9' * 5_000}", "nombre démesuré", id="vast"),
        ('[carrier."x"]\nurl = "https://x"', "carrier"),
        ('[patient."x"]\nurl = "ftp://login:SECRET@x"', r"patient\.x\.url"),
        ('[patient."x"]\nurl = "https://x"\nsecret = "SECRET"', r"patient\.x\.secret"),
        ('[patient."x"]\nurl = "https://x"\nsecret_file = "absent.txt"', "absent.txt"),
        ('[patient."x"]\nurl = "https://x"\nsecret_file = "vide.txt"', "ne contient pas de secret"),
    ],
)
def test_a_fault_names_its_place_and_no_secret(tmp_path: Path, text: str, reason: str):
    with pytest.raises(AddressBookError, match=reason) as refused:
        read_address_book(book(tmp_path, text))
    assert "SECRET" not in str(refused.value)


def test_a_book_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(AddressBookError, match=r"none\.toml"):
        read_address_book(tmp_path / "none.toml")
