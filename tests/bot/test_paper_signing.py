"""Signatures under papers: an independent verifier finds them valid, and one changed byte is always found."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from bot.command_line import main
from bot.papers.drawing import draw
from bot.papers.key_files import BadKey, KeyFault, KeyFolder, StateKey, make_key, open_key
from bot.papers.signing import STATE_FILE, CannotSign, Signing
from bot.papers.state_signature import NcaNode, SignRefused, StateRefusal, StateSigner, demand_signer
from bot.papers.template import template_for
from bot.papers.verifying import Looked, StateSignature, Verdict, look_at
from rules.iin import Iin
from rules.papers import PaperKind
from sandbox.ncanode import NcaNode as NcaNodeServer
from sandbox.tsa import TimeStampAuthority
from tests.bot.house import NOON
from tests.bot.paper_office import BIN, PASSWORD, SIGNER, good_key, issue, key_file, office_key_file, said_by
from tests.registry import made_up_iin


@cache
def unsigned() -> bytes:
    return draw(issue(), template_for(PaperKind.ATTACHMENT, 5, None), with_state_signature=False)


@cache
def paper() -> bytes:
    return Signing().sign(unsigned(), good_key(), SIGNER.full_name, NOON)


def changed(place: int, content: bytes) -> bytes:
    return content[:place] + bytes((content[place] ^ 1,)) + content[place + 1 :]


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


async def in_thread(work: Callable[[], object]) -> object:
    import asyncio

    return await asyncio.to_thread(work)


def test_AT_13_SG_03_poppler_finds_the_clinics_signature_valid(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(paper())
    said = said_by("pdfsig", str(path))
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "Signer Certificate Common Name: Clinic 5" in said
    assert "Nov 20 2026 07:00:00" in said


def test_the_text_is_still_selectable_after_signing(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(paper())
    assert "Сейітова Айгүл Қанатқызы" in said_by("pdftotext", str(path), "-")


def test_AT_13_a_whole_paper_is_told_with_its_signer_and_certificate() -> None:
    looked = look_at(paper())
    assert looked == Looked(Verdict.INTACT, looked.signed_by, good_key().fingerprint, NOON, within_term=True)
    assert "Clinic 5" in looked.signed_by
    assert looked.is_sound


def test_AT_13_one_changed_byte_is_found_wherever_it_is() -> None:
    chance = random.Random(4)
    gap = paper().index(b"/Contents") + 20
    places = [0, 10, gap, gap + 9000, len(paper()) - 3, *(chance.randrange(len(paper())) for _ in range(60))]
    missed = [place for place in places if look_at(changed(place, paper())).is_sound]
    assert missed == []


@pytest.mark.parametrize("cut", [1, 100, 20_000])
def test_a_truncated_paper_is_never_sound(cut: int) -> None:
    assert not look_at(paper()[:-cut]).is_sound


def test_what_is_added_after_the_signature_is_found() -> None:
    from pyhanko.pdf_utils.generic import pdf_string
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(paper()))
    writer.add_object(pdf_string("more"))
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]  # the library gives this method no types
    assert look_at(output.getvalue()).verdict is Verdict.ADDED_TO
    assert look_at(paper() + b"\n%more").verdict is Verdict.ADDED_TO


def test_other_files_are_told_for_what_they_are() -> None:
    assert look_at(unsigned()).verdict is Verdict.UNSIGNED
    # The page before its signature was put under it: whole as a PDF, and worth nothing as a paper.
    assert look_at(paper()[: len(unsigned())]).verdict is Verdict.UNSIGNED
    for content in (b"", b"PK\x03\x04", b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(range(256)) * 40):
        assert look_at(content).verdict is Verdict.NOT_A_PDF


async def test_AT_13_a_time_stamp_is_under_the_paper_where_an_authority_is_set(tmp_path: Path) -> None:
    authority = TimeStampAuthority(lambda: NOON + timedelta(seconds=2))
    async with served(authority.application()) as url:
        signed = await in_thread(lambda: Signing(url).sign(unsigned(), good_key(), SIGNER.full_name, NOON))
        assert isinstance(signed, bytes)
        assert authority.stamped == 1
        looked = await in_thread(lambda: look_at(signed))
        assert isinstance(looked, Looked)
        assert looked.is_sound
        assert looked.stamped == NOON + timedelta(seconds=2)
        assert "Dariger sandbox TSA" in looked.stamped_by
        authority.down = True
        with pytest.raises(CannotSign, match="no_time_stamp"):
            await in_thread(lambda: Signing(url).sign(unsigned(), good_key(), SIGNER.full_name, NOON))
    path = tmp_path / "stamped.pdf"
    path.write_bytes(signed)
    assert "Signature is Valid." in said_by("pdfsig", str(path))


# Keys


@pytest.mark.parametrize(
    ("content", "password", "fault"),
    [
        (key_file(), b"wrong", KeyFault.WRONG_PASSWORD),
        (key_file(), b"", KeyFault.WRONG_PASSWORD),
        (key_file(-400, -1), PASSWORD, KeyFault.EXPIRED),
        (key_file(1, 400), PASSWORD, KeyFault.NOT_YET),
        (b"not a key", PASSWORD, KeyFault.UNREADABLE),
        (b"", PASSWORD, KeyFault.UNREADABLE),
    ],
)
def test_SG_03_a_key_that_cannot_sign_says_why(content: bytes, password: bytes, fault: KeyFault) -> None:
    assert open_key("5.p12", content, password, NOON) == BadKey("5.p12", fault)


def test_SG_03_a_key_without_its_certificate_cannot_sign() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    alone = pkcs12.serialize_key_and_certificates(b"5", key, None, None, BestAvailableEncryption(PASSWORD))
    assert open_key("5.p12", alone, PASSWORD, NOON) == BadKey("5.p12", KeyFault.NO_KEY)


def test_a_clinic_signs_with_its_own_key_and_else_with_the_default_one(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path, PASSWORD)
    assert folder.key_for(5, NOON) == BadKey("default.p12", KeyFault.MISSING)
    (tmp_path / "default.p12").write_bytes(key_file())
    (tmp_path / "4.p12").write_bytes(key_file(-9, -1))
    assert folder.key_for(5, NOON).name == "default.p12"
    assert folder.key_for(4, NOON) == BadKey("4.p12", KeyFault.EXPIRED)
    # Papers that the ended key signed are still known for the clinic's own.
    assert {name for name, _ in folder.certificates()} == {"4.p12", "default.p12"}


# The command


def run(*arguments: str, keys: Path | None = None) -> int:
    environ = {"SIGNING_KEYS": str(keys), "SIGNING_KEYS_PASSWORD": PASSWORD.decode()} if keys else {}
    return main(["--env-file", "/dev/null", *arguments], environ)


def test_a_key_that_does_not_open_makes_no_paper_a_forgery(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys, file = tmp_path / "keys", tmp_path / "paper.pdf"
    keys.mkdir()
    file.write_bytes(paper())
    content = make_key("Clinic 5", b"another", NOON - timedelta(days=1), NOON + timedelta(days=365))
    (keys / "5.p12").write_bytes(content)
    assert run("verify-pdf", str(file), keys=keys) == 1
    said = capsys.readouterr().out
    assert "5.p12 of SIGNING_KEYS does not open" in said
    assert "NOT GENUINE" not in said


def test_verify_pdf_says_whose_signature_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys, file = tmp_path / "keys", tmp_path / "paper.pdf"
    keys.mkdir()
    file.write_bytes(paper())
    assert run("verify-pdf", str(file), keys=keys) == 1
    assert "none of SIGNING_KEYS" in capsys.readouterr().out
    (keys / "5.p12").write_bytes(key_file())
    assert run("verify-pdf", str(file), keys=keys) == 0
    said = capsys.readouterr().out
    assert "covers the whole file" in said
    assert "The certificate is ours: 5.p12" in said
    assert "Time stamp: none." in said
    assert run("verify-pdf", str(file)) == 1
    assert "cannot be told" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda content: changed(5000, content), "the signature is broken"),
        (lambda content: content[:-50], "NOT GENUINE"),
        (lambda content: content + b"\n%", "something was added"),
        (lambda content: unsigned(), "bears no signature"),
        (lambda content: b"hello", "no PDF"),
    ],
)
def test_verify_pdf_names_what_is_wrong_and_fails(
    spoil: Callable[[bytes], bytes], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "5.p12").write_bytes(key_file())
    (tmp_path / "paper.pdf").write_bytes(spoil(paper()))
    assert run("verify-pdf", str(tmp_path / "paper.pdf"), keys=tmp_path) == 1
    assert said in capsys.readouterr().out


def test_verify_pdf_of_a_file_that_is_not_there_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify-pdf", "no-such.pdf") == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_clinic_can_be_made_a_key_and_none_is_ever_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", __import__("io").StringIO("№ 5 қалалық емхана\n"))
    assert run("signing-key", "--clinic", "5", keys=tmp_path) == 0
    assert "self-made" in capsys.readouterr().out
    assert (tmp_path / "5.p12").stat().st_mode & 0o077 == 0
    assert run("signing-key", "--clinic", "5", keys=tmp_path) == 1


# The state's signature


@asynccontextmanager
async def nca_node() -> AsyncIterator[tuple[NcaNodeServer, NcaNode]]:
    server = NcaNodeServer()
    async with served(server.application()) as url, ClientSession() as session:
        yield server, NcaNode(session, url)


async def test_SG_01_the_states_signature_is_made_checked_and_put_into_the_paper(tmp_path: Path) -> None:
    async with nca_node() as (server, client):
        cms = await client.sign(unsigned(), office_key_file(BIN), PASSWORD.decode(), BIN)
        assert server.signed == 1
    signed = await in_thread(lambda: Signing().sign(unsigned(), good_key(), SIGNER.full_name, NOON, cms))
    assert isinstance(signed, bytes)
    looked = await in_thread(lambda: look_at(signed))
    assert isinstance(looked, Looked)
    assert looked.is_sound
    assert looked.state is StateSignature.OVER_THIS_PAGE
    path = tmp_path / "paper.pdf"
    path.write_bytes(signed)
    assert "Signature is Valid." in said_by("pdfsig", str(path))
    assert STATE_FILE in said_by("pdfdetach", "-list", str(path))


async def test_a_signature_of_the_state_over_another_page_is_found_out() -> None:
    async with nca_node() as (_, client):
        cms = await client.sign(b"another page", office_key_file(BIN), PASSWORD.decode())
    signed = await in_thread(lambda: Signing().sign(unsigned(), good_key(), SIGNER.full_name, NOON, cms))
    assert isinstance(signed, bytes)
    looked = await in_thread(lambda: look_at(signed))
    assert isinstance(looked, Looked)
    assert looked.state is StateSignature.OVER_SOMETHING_ELSE
    assert not looked.is_sound


async def test_SG_04_what_the_state_signed_is_verified_and_a_changed_or_revoked_one_refused() -> None:
    async with nca_node() as (server, client):
        cms = await client.sign(b"data", office_key_file(BIN), PASSWORD.decode())
        assert await client.signer_of(cms) == StateSigner("Clinic 5", "", BIN)
        place = cms.index(b"data")
        with pytest.raises(SignRefused, match=StateRefusal.NOT_VALID):
            await client.signer_of(changed(place, cms))
        with pytest.raises(SignRefused, match=StateRefusal.NOT_VALID):
            await client.signer_of(b"nothing")
        _, certificate, _ = pkcs12.load_key_and_certificates(office_key_file(BIN), PASSWORD)
        assert certificate is not None
        server.revoked.add(certificate.serial_number)
        with pytest.raises(SignRefused, match=StateRefusal.REVOKED):
            await client.signer_of(cms)


async def test_a_wrong_password_and_a_server_that_is_down_are_told_apart() -> None:
    async with nca_node() as (server, client):
        with pytest.raises(SignRefused, match=StateRefusal.KEY_REFUSED):
            await client.sign(b"data", key_file(), "wrong")
        server.down = True
        with pytest.raises(SignRefused, match=StateRefusal.NO_ANSWER):
            await client.sign(b"data", key_file(), PASSWORD.decode())
    async with ClientSession() as session:
        with pytest.raises(SignRefused, match=StateRefusal.NO_ANSWER):
            await NcaNode(session, "http://127.0.0.1:9").sign(b"data", key_file(), PASSWORD.decode())


async def test_SG_03_SG_05_a_private_persons_state_key_or_another_clinics_signs_no_paper() -> None:
    async with nca_node() as (_, client):
        for key, clinic in ((key_file(), ""), (key_file(), BIN), (office_key_file("160140054321"), BIN)):
            with pytest.raises(SignRefused, match=StateRefusal.OTHER_PERSON):
                await client.sign(b"data", key, PASSWORD.decode(), clinic)
        # Where the clinic's number is not known, any organisation's key does.
        assert await client.sign(b"data", office_key_file("160140054321"), PASSWORD.decode())


async def test_a_key_of_the_state_is_never_sent_on_to_another_address() -> None:
    async def elsewhere(_: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect("/other")

    asked: list[object] = []

    async def other(request: web.Request) -> web.Response:
        asked.append(await request.json())
        return web.json_response({})

    app = web.Application()
    app.add_routes([web.post("/cms/sign", elsewhere), web.post("/other", other)])
    async with served(app) as url, ClientSession() as session:
        with pytest.raises(SignRefused, match=StateRefusal.NO_ANSWER):
            await NcaNode(session, url).sign(b"data", key_file(), PASSWORD.decode())
    assert asked == []


def test_a_clinic_without_a_state_key_of_its_own_has_none(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path, PASSWORD)
    (tmp_path / "default.state.p12").write_bytes(b"sealed")
    assert folder.state_key_for(5) == BadKey("5.state.p12", KeyFault.MISSING)
    (tmp_path / "5.state.p12").write_bytes(b"sealed")
    assert folder.state_key_for(5) == StateKey("5.state.p12", b"sealed", "")
    # The clinic's number is that in the certificate that its papers are signed by, where one stands in it.
    (tmp_path / "5.p12").write_bytes(office_key_file(BIN))
    assert folder.state_key_for(5) == StateKey("5.state.p12", b"sealed", BIN)


def test_SG_05_a_certificate_of_another_person_is_refused() -> None:
    iin = made_up_iin()
    demand_signer(StateSigner("", iin.digits, ""), iin)
    for other in (made_up_iin().digits, "", "12"):
        with pytest.raises(SignRefused, match=StateRefusal.OTHER_PERSON):
            demand_signer(StateSigner("", other, ""), iin)
    assert isinstance(iin, Iin)
