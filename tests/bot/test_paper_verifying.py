"""Looking at papers: a changed byte is found wherever it is; what anybody can have added proves nothing."""

import asyncio
import random
import re
import subprocess
import sys
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import NameOID

from bot.command_line import main
from bot.papers.key_files import GoodKey, KeyFolder, fingerprint, open_key
from bot.papers.signing import Signing
from bot.papers.verifying import Looked, Stamp, Verdict, look_at
from sandbox.tsa import TimeStampAuthority
from tests.bot.house import NOON
from tests.bot.paper_office import PASSWORD, SIGNER, good_key, key_file, said_by
from tests.bot.test_paper_signing import paper, served, unsigned

LATER = timedelta(seconds=2)


def key_standing(begins: int, ends: int, opened: datetime = NOON) -> GoodKey:
    key = open_key("5.p12", key_file(begins, ends), PASSWORD, opened)
    assert isinstance(key, GoodKey)
    return key


def signed(key: GoodKey, now: datetime = NOON) -> bytes:
    return Signing().sign(unsigned(), key, SIGNER.full_name, now)


async def stamped(authority: TimeStampAuthority, key: GoodKey, now: datetime = NOON) -> bytes:
    async with served(authority.application()) as url:
        return await asyncio.to_thread(
            lambda: Signing(url).sign(unsigned(), key, SIGNER.full_name, now),
        )


async def looked_at(content: bytes, *known: TimeStampAuthority) -> Looked:
    authorities = frozenset(fingerprint(one.certificate) for one in known)
    return await asyncio.to_thread(lambda: look_at(content, authorities))


def verified(content: bytes, keys: Path) -> int:
    (keys / "paper.pdf").write_bytes(content)
    environ = {"SIGNING_KEYS": str(keys), "SIGNING_KEYS_PASSWORD": PASSWORD.decode()}
    return main(["--env-file", "/dev/null", "verify-pdf", str(keys / "paper.pdf")], environ)


def wrapping(content: bytes) -> tuple[int, int]:
    """Where the signature begins in the file, and how many bytes it has."""
    found = re.search(rb"<([0-9A-F]{10000,})>", content)
    assert found is not None
    der = bytes.fromhex(found[1].decode())
    return found.start(1), 4 + int.from_bytes(der[2:4])


def with_byte(content: bytes, place: int, value: int) -> bytes:
    """The file with one byte of its signature set."""
    begins, _ = wrapping(content)
    at = begins + 2 * place
    return content[:at] + f"{value:02X}".encode() + content[at + 2 :]


def byte_at(content: bytes, place: int) -> int:
    begins, _ = wrapping(content)
    return int(content[begins + 2 * place : begins + 2 * place + 2], 16)


# The certificate's own time


def test_SG_03_a_certificate_that_had_ended_when_it_signed_makes_no_genuine_paper(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    retired = key_standing(-400, -1, NOON - timedelta(days=30))
    content = signed(retired)
    looked = look_at(content)
    assert looked.verdict is Verdict.INTACT
    assert not looked.within_term
    assert not looked.is_sound
    (tmp_path / "old.cer").write_bytes(retired.certificate.public_bytes(Encoding.DER))
    assert verified(content, tmp_path) == 1
    assert "NOT GENUINE: the certificate had ended" in capsys.readouterr().out


def test_SG_03_a_paper_signed_while_its_certificate_stood_stays_genuine_after_its_end(tmp_path: Path) -> None:
    retired = key_standing(-400, -1, NOON - timedelta(days=30))
    (tmp_path / "old.cer").write_bytes(retired.certificate.public_bytes(Encoding.DER))
    assert verified(signed(retired, NOON - timedelta(days=30)), tmp_path) == 0


def test_SG_03_a_certificate_that_did_not_stand_yet_makes_no_genuine_paper() -> None:
    assert not look_at(signed(key_standing(1, 400, NOON + timedelta(days=2)))).is_sound


# Time stamps


async def test_AT_13_a_stamp_of_a_known_authority_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    authority = TimeStampAuthority(lambda: NOON + LATER)
    content = await stamped(authority, good_key())
    assert (await looked_at(content, authority)).stamp is Stamp.HOLDS
    (tmp_path / "5.p12").write_bytes(key_file())
    (tmp_path / "tsa.cer").write_bytes(authority.certificate.public_bytes(Encoding.DER))
    assert await asyncio.to_thread(lambda: verified(content, tmp_path)) == 0
    assert re.search(r"Time stamp: 2026-11-20 .* Dariger sandbox TSA, holds\.", capsys.readouterr().out)


async def test_AT_13_a_stamp_that_anybody_can_have_added_is_not_counted_and_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    content = await stamped(TimeStampAuthority(lambda: NOON + LATER), good_key())
    looked = await looked_at(content, TimeStampAuthority(lambda: NOON))
    assert looked.stamp is Stamp.NOT_KNOWN
    assert looked.is_sound
    (tmp_path / "5.p12").write_bytes(key_file())
    assert await asyncio.to_thread(lambda: verified(content, tmp_path)) == 0
    said = capsys.readouterr()
    assert "an authority that is not known here: it is not counted" in said.out
    assert "holds." not in said.out
    # Nor does the library tell of it in its own way.
    assert said.err == ""
    assert caplog.records == []


async def test_AT_13_a_stamp_years_older_than_the_signature_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    authority = TimeStampAuthority(lambda: NOON - timedelta(days=15 * 365))
    content = await stamped(authority, good_key())
    for known in ((), (authority,)):
        looked = await looked_at(content, *known)
        assert looked.stamp is Stamp.FAILS
        assert not looked.is_sound
    (tmp_path / "5.p12").write_bytes(key_file())
    assert await asyncio.to_thread(lambda: verified(content, tmp_path)) == 1
    assert "NOT GENUINE: it does not hold, or is older" in capsys.readouterr().out


async def test_SG_03_a_known_stamp_gives_away_that_a_retired_key_signed_with_an_earlier_date() -> None:
    authority = TimeStampAuthority(lambda: NOON)
    retired = key_standing(-400, -1, NOON - timedelta(days=30))
    content = await stamped(authority, retired, NOON - timedelta(days=30))
    assert not (await looked_at(content, authority)).within_term
    # An unknown authority cannot say so: its word is not counted at all.
    assert (await looked_at(content)).within_term


async def test_AT_13_a_changed_byte_of_a_stamp_is_never_taken_for_a_stamp_that_holds() -> None:
    authority = TimeStampAuthority(lambda: NOON + LATER)
    content = await stamped(authority, good_key())
    _, length = wrapping(content)
    chance = random.Random(5)
    places = chance.sample(range(length - 1500, length), 100)
    spoilt = [
        with_byte(content, place, byte_at(content, place) ^ 1 << chance.randrange(8)) for place in places
    ]
    known = frozenset({fingerprint(authority.certificate)})
    looked = await asyncio.to_thread(lambda: [look_at(one, known) for one in spoilt])
    assert [place for place, one in zip(places, looked, strict=True) if one.is_sound] == []


def test_an_authoritys_certificate_signs_no_papers(tmp_path: Path) -> None:
    (tmp_path / "tsa.root.cer").write_bytes(good_key().certificate.public_bytes(Encoding.DER))
    folder = KeyFolder(tmp_path, PASSWORD)
    assert folder.authorities() == {good_key().fingerprint}
    assert list(folder.certificates()) == []
    assert verified(paper(), tmp_path) == 1


# One changed byte


def test_AT_13_one_changed_byte_of_the_signature_is_found_wherever_it_is() -> None:
    begins, length = wrapping(paper())
    chance = random.Random(6)
    ours = good_key().fingerprint
    certificate = good_key().certificate.public_bytes(Encoding.DER)
    after = paper().index(certificate.hex().upper().encode()) // 2 - begins // 2 + len(certificate)
    # All that is wrapped around, before and after the certificate; and of the rest some.
    wrapped = {
        *range(after - len(certificate) + 4),
        *range(after, after + 75),
        *range(length - 90, length + 4),
    }
    missed = []
    for place in sorted(wrapped | set(chance.sample(range(length), 60))):
        looked = look_at(with_byte(paper(), place, byte_at(paper(), place) ^ 1 << chance.randrange(8)))
        if looked.is_sound and looked.fingerprint == ours:
            missed.append(place)
    assert missed == []


@pytest.mark.parametrize(
    ("place", "values"),
    [
        # Outer lengths; the names and parameters of the digest; the kind of content; versions.
        (1, (0x80, 0x81, 0x83, 0x84)),
        (2, range(0, 256, 15)),
        (3, range(0, 256, 15)),
        (25, range(9)),
        (40, range(9)),
        (41, (0x04, 0x06, 0x30, 0x84)),
        (55, range(9)),
        (56, (0x80, 0xA1, 0xA2, 0x31)),
    ],
)
def test_AT_13_what_no_signature_protects_may_stand_in_one_form_only(place: int, values: range) -> None:
    others = [value for value in values if value != byte_at(paper(), place)]
    assert [value for value in others if look_at(with_byte(paper(), place, value)).is_sound] == []


@cache
def chained_key() -> GoodKey:
    """An RSA key whose certificate comes with those of its authority."""
    keys = [rsa.generate_private_key(65537, 2048) for _ in range(3)]
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in ("Root", "Office", "Clinic")
    ]
    chain = [
        x509.CertificateBuilder()
        .subject_name(names[place])
        .issuer_name(names[max(place - 1, 0)])
        .public_key(keys[place].public_key())
        .serial_number(1000 + place)
        .not_valid_before(NOON - timedelta(days=9))
        .not_valid_after(NOON + timedelta(days=9))
        .add_extension(x509.BasicConstraints(ca=place < 2, path_length=None), critical=True)
        .sign(keys[max(place - 1, 0)], hashes.SHA256())
        for place in range(3)
    ]
    sealing = serialization.BestAvailableEncryption(PASSWORD)
    # Without the root, as authorities give it: nothing in the file vouches for the certificate in between.
    content = pkcs12.serialize_key_and_certificates(b"5", keys[2], chain[2], [chain[1]], sealing)
    key = open_key("5.p12", content, PASSWORD, NOON)
    assert isinstance(key, GoodKey)
    return key


def test_AT_13_the_authoritys_certificates_go_along_and_no_byte_of_them_can_be_changed(
    tmp_path: Path,
) -> None:
    content = signed(chained_key())
    assert look_at(content).is_sound
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)
    assert "Signature is Valid." in said_by("pdfsig", str(path))
    _, length = wrapping(content)
    chance = random.Random(7)
    places = chance.sample(range(length), 120)
    ours = chained_key().fingerprint
    looked = [look_at(with_byte(content, place, byte_at(content, place) ^ 1)) for place in places]
    found = [one.is_sound and one.fingerprint == ours for one in looked]
    assert [place for place, missed in zip(places, found, strict=True) if missed] == []


# The library


def test_a_look_into_a_signature_of_the_state_leaves_signing_possible() -> None:
    # In a life of its own: what is read first decides which names the library knows.
    look = (
        "from bot.papers.state_signature import content_of; content_of(b'0')\n"
        "from asn1crypto import cms; cms.CMSAttributeType.map('1.2.840.113549.1.9.3')\n"
        "cms.CMSAttributeType('content_type')\n"
        "from tests.bot.test_paper_signing import paper; print(len(paper()))\n"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
