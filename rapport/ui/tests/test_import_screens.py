"""The import screens: file, columns, result; who may see them, and what they say of files that are none."""

import csv
import io
import threading
import zipfile
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rapport.core.importing.models import ImportRun
from rapport.core.jobs import worker
from rapport.core.jobs.models import Job
from rapport.people.models import Person
from rapport.ui.screens import importing

pytestmark = pytest.mark.django_db
CONTENT = "Vorname;Nachname;E-Mail;Firma;Schuhgröße\nAnn;Berg;ann@x.example;Hexa;38\n<b>Bo</b>;Bad;nonsense;;\n"


def upload(client: Client, content: str | bytes, kind: str = "person", name: str = "list.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post("/import", {"kind": kind, "file": SimpleUploadedFile(name, data)})


def work() -> None:
    worker.work(threading.Event(), once=True)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def columns_of(run: ImportRun) -> dict[str, str]:
    return {f"column.{number}": key for number, key in run.mapping.items()}


def test_a_file_goes_from_upload_to_result_and_back(world: Any) -> None:
    client = world.client("ann")
    page = client.get("/import?kind=company")
    assert page.status_code == 200 and '<option value="company" selected>' in text_of(page)
    run_url = upload(client, CONTENT).url
    run = ImportRun.objects.get()
    assert run_url == f"/import/{run.pk}"
    page = text_of(client.get(run_url))
    assert "&lt;b&gt;Bo&lt;/b&gt;" in page and "<b>Bo" not in page
    assert 'aria-label="Column “Schuhgröße” goes to"' in page

    answer = client.post(run_url, {**columns_of(run), "match": "email", "do": "check"})
    assert answer.status_code == 302
    assert "hx-get" in text_of(client.get(run_url)) and "http-equiv" in text_of(client.get(run_url))
    work()
    page = text_of(client.get(run_url))
    assert "Nothing was written" in page and not Person.objects.exists()
    assert "E-mail" in page and 'class="sub">3<' in page

    assert client.post(run_url, {**columns_of(run), "match": "email", "do": "start"}).status_code == 302
    assert "hx-get" in text_of(client.get(run_url, headers={"HX-Request": "true"}))
    work()
    page = text_of(client.get(run_url))
    assert "every 1s" not in page and "Undo import" in page and "Schuhgröße" in page
    assert Person.objects.get().title == "Ann Berg"
    assert "list.csv" in text_of(client.get("/imports"))

    failed = b"".join(client.get(f"{run_url}/failed").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (row,) = list(csv.DictReader(io.StringIO(failed), delimiter=";"))
    assert row["E-Mail"] == "nonsense" and row["Line"] == "3" and "@" in row["Why it failed"]

    run.refresh_from_db()
    client.post(f"/acts/{run.act_id}/undo")
    assert not Person.objects.filter(live=True).exists()
    assert "was undone" in text_of(client.get(run_url))


def test_a_large_undo_is_a_job_that_says_what_it_did(world: Any) -> None:
    client = world.client("ann")
    url = upload(client, "E-mail\n" + "".join(f"a{number}@x.example\n" for number in range(210))).url
    client.post(url, {**columns_of(ImportRun.objects.get()), "match": "email", "do": "start"})
    work()
    answer = client.post(f"/acts/{ImportRun.objects.get().act_id}/undo")
    assert answer.url.startswith("/jobs/")
    assert "hx-get" in text_of(client.get(answer.url))
    work()
    page = text_of(client.get(answer.url))
    assert "trash: 210" in page and f'href="{url}"' in page and "every 1s" not in page


@pytest.mark.parametrize(
    ("content", "words"), [(b"PK\x03\x04 workbook", "CSV"), (b"", "empty"), (b"\x00\x01\x02" * 300, "no text file")]
)
def test_what_is_no_table_is_answered_with_a_sentence(world: Any, content: bytes, words: str) -> None:
    response = upload(world.client("ann"), content)
    assert response.status_code == 422 and words in text_of(response)
    assert not ImportRun.objects.exists()


def test_a_form_without_a_file_or_kind_is_answered_with_a_sentence(world: Any) -> None:
    client = world.client("ann")
    assert client.post("/import", {"kind": "person"}).status_code == 422
    assert upload(client, CONTENT, kind="nonsense").status_code == 400
    assert upload(client, CONTENT, kind="note").status_code == 400


def test_a_file_that_is_too_large_is_refused_before_it_is_read(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_BYTES", 10)
    response = upload(world.client("ann"), "E-mail\n" + "a@example.com\n" * 10_000)
    assert response.status_code == 413 and "100 MB" in text_of(response)


def test_an_upload_without_the_token_of_the_form_is_refused(world: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.ann)
    assert upload(client, CONTENT).status_code == 403
    assert not ImportRun.objects.exists()


def test_columns_that_do_not_hold_are_said_and_kept_on_the_page(world: Any) -> None:
    client = world.client("ann")
    url = upload(client, CONTENT).url
    page = client.post(url, {"column.0": "email", "column.1": "email", "match": "email", "do": "start"})
    assert page.status_code == 422 and "Two columns" in text_of(page)
    assert ImportRun.objects.get().state == "draft"
    assert not Job.objects.exists()


def test_a_file_can_be_read_again_in_another_way(world: Any) -> None:
    client = world.client("ann")
    url = upload(client, "E-Mail;Ort\na@x.example;Köln\n".encode("cp1252")).url
    assert client.post(url, {"do": "reread", "encoding": "cp850", "delimiter": ";"}).status_code == 302
    run = ImportRun.objects.get()
    assert run.format["encoding"] == "cp850" and run.mapping == {"0": "email", "1": "address.city"}
    client.post(url, {"do": "reread", "encoding": "../../etc", "delimiter": "x"})
    run.refresh_from_db()
    assert run.format["encoding"] == "cp1252"


def test_an_import_can_be_cancelled_while_it_waits(world: Any) -> None:
    client = world.client("ann")
    url = upload(client, CONTENT).url
    run = ImportRun.objects.get()
    client.post(url, {**columns_of(run), "match": "", "do": "start"})
    assert client.post(f"{url}/cancel").status_code == 302
    work()
    assert "was cancelled" in text_of(client.get(url))
    assert not Person.objects.exists()


def test_a_started_import_is_not_started_again(world: Any) -> None:
    client = world.client("ann")
    url = upload(client, CONTENT).url
    form = {**columns_of(ImportRun.objects.get()), "match": "", "do": "start"}
    assert client.post(url, form).status_code == 302
    assert client.post(url, form).status_code == 409
    assert Job.objects.count() == 1


def test_imports_and_jobs_of_others_are_not_there(world: Any) -> None:
    client = world.client("ann")
    url = upload(client, CONTENT).url
    client.post(url, {**columns_of(ImportRun.objects.get()), "match": "", "do": "start"})
    work()
    job = Job.objects.get()
    for name, status in (("bob", 404), ("ada", 200), ("ann", 200)):
        other = world.client(name)
        assert other.get(url).status_code == status
        assert other.get(f"{url}/failed").status_code == status
        assert other.get(f"/jobs/{job.pk}").status_code == status
    assert "list.csv" not in text_of(world.client("bob").get("/imports"))
    assert "list.csv" in text_of(world.client("ada").get("/imports"))


def test_who_may_not_import_sees_no_import(world: Any) -> None:
    client = world.client("ray")
    assert client.get("/import").status_code == 403
    assert client.get("/imports").status_code == 403
    assert upload(client, CONTENT).status_code == 403
    assert Client().get("/import").status_code == 302


def test_an_export_is_the_list_as_a_file(world: Any) -> None:
    client = world.client("ann")
    upload_url = upload(client, "E-mail,Last name,Source\na@x.example,One,Fair\nb@x.example,Two,Web\n").url
    client.post(upload_url, {**columns_of(ImportRun.objects.get()), "match": "email", "do": "start"})
    work()
    response = client.get("/people/export?source=Fair&format=csv&sort=-created_at")
    assert response.status_code == 200 and response["Content-Disposition"].endswith('.csv"')
    content = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert [row["Last name"] for row in csv.DictReader(io.StringIO(content))] == ["One"]
    book = client.get("/people/export?format=xlsx")
    assert b"".join(book.streaming_content)[:4] == b"PK\x03\x04"  # type: ignore[attr-defined]
    assert client.get("/people/export?format=pdf").status_code == 400
    assert client.get("/people/export?nonsense=1").status_code == 400
    assert world.client("ray").get("/people/export").status_code == 403


# ------------------------------------------------------------------ choices
COMPANIES = "Firma;Branche;Gegründet\nHexa;Sofware;x\nOcta;Handel;y\n"


def test_values_that_are_no_option_are_chosen_on_the_page(world: Any) -> None:
    client = world.client("ada")
    url = upload(client, COMPANIES, "company").url
    page = text_of(client.get(url))
    assert 'name="value.industry.0"' in page and '<option value="software" selected>' in page
    assert "as they will be read" in page and 'data-c="red">Sofware' not in page
    columns = columns_of(ImportRun.objects.get())
    for chosen, industry in (("-", ""), ("food", "food")):
        posted = {**columns, "match": "name", "value.industry.0": chosen}
        live = client.post(url, {**posted, "do": "preview"}, headers={"HX-Request": "true"})
        assert live.status_code == 200 and text_of(live).lstrip().startswith('<div id="import-live"')
        assert "Sofware" in text_of(live) and "<h1" not in text_of(live)
        client.post(url, {**posted, "do": "check"})
        work()
        run = ImportRun.objects.get()
        assert run.options["values"] == {"industry": {"sofware": industry}}
    answer = client.post(url, {**columns, "match": "name", "value.industry.0": "nonsense", "do": "start"})
    assert answer.status_code == 422 and "no option" in text_of(answer)


def test_a_workbook_is_read_by_the_worker(world: Any) -> None:
    client = world.client("ada")
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        for name in ("People", "Others"):
            made.add_worksheet(name).write_column(0, 0, ["E-mail", f"{name}@x.example"])
    url = upload(client, book.getvalue(), name="list.csv").url
    page = text_of(client.get(url))
    assert "Reading the file" in page and "hx-get" in page and "http-equiv" in page
    work()
    headers = {"HX-Request": "true", "HX-Target": "import-reading"}
    assert client.get(url, headers=headers).headers["HX-Redirect"] == url
    page = text_of(client.get(url))
    assert "called like a CSV file but is a XLSX file" in page and "People@x.example" in page
    client.post(url, {"do": "reread", "sheet": "Others"})
    work()
    assert "Others@x.example" in text_of(client.get(url))


def test_a_workbook_that_cannot_be_read_says_why(world: Any) -> None:
    client = world.client("ada")
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as made:
        made.writestr("xl/workbook.xml", "<workbook><sheets>")
    url = upload(client, book.getvalue(), name="list.xlsx").url
    work()
    assert "broken" in text_of(client.get(url)) and ImportRun.objects.get().state == "failed"


def test_an_import_is_paused_and_goes_on(world: Any) -> None:
    client = world.client("ann")
    url = upload(client, CONTENT).url
    client.post(url, {**columns_of(ImportRun.objects.get()), "match": "email", "do": "start"})
    assert client.post(f"{url}/pause").status_code == 302
    work()
    page = text_of(client.get(url))
    assert "stands still" in page and not Person.objects.exists()
    assert client.post(f"{url}/go-on").status_code == 302
    work()
    assert Person.objects.count() == 1
    assert client.post(f"{url}/go-on").status_code == client.post(f"{url}/pause").status_code == 409


def test_mended_rows_go_where_the_others_went(world: Any) -> None:
    client = world.client("ann")
    url = upload(client, CONTENT).url
    columns = {**columns_of(ImportRun.objects.get()), "column.4": "job_title"}
    client.post(url, {**columns, "match": "email", "mode": "create", "do": "start"})
    work()
    run = ImportRun.objects.get()
    assert f'name="again" value="{run.pk}"' in text_of(client.get(url))
    failed = b"".join(client.get(f"{url}/failed").streaming_content).replace(b"nonsense", b"bo@x.example")  # type: ignore[attr-defined]
    data = {"kind": "person", "again": str(run.pk), "file": SimpleUploadedFile("mended.csv", failed)}
    again = client.post("/import", data).url
    found = ImportRun.objects.latest("pk")
    assert (found.mapping, found.mode, found.parent_id) == (run.mapping, "create", run.pk)
    client.post(again, {**columns_of(found), "match": "email", "mode": found.mode, "do": "start"})
    work()
    assert Person.objects.get(email="bo@x.example").first_name == "<b>Bo</b>"
    assert world.client("bob").post("/import", {**data, "file": SimpleUploadedFile("a.csv", failed)}).status_code == 404


def test_no_file_is_said_at_the_field(world: Any) -> None:
    client = world.client("ann")
    page = client.post("/import", {"kind": "person"})
    assert page.status_code == 422 and "aria-invalid" in text_of(page) and "Choose a file." in text_of(page)
    url = upload(client, CONTENT).url
    client.post(url, {**columns_of(ImportRun.objects.get()), "match": "email", "do": "start"})
    work()
    again = client.post("/import", {"kind": "person", "again": url.rpartition("/")[2]})
    assert again.status_code == 422 and 'id="mended-file-error"' in text_of(again)


def test_a_day_that_can_be_read_in_two_ways_is_quoted_from_the_file(world: Any) -> None:
    client = world.client("ann")
    page = text_of(client.get(upload(client, "E-mail;Birthday\na@x.example;05/06/1970\n").url))
    assert "days such as 05/06/1970" in page and "with the day first" in page


def test_an_undone_import_says_what_the_undo_did(world: Any) -> None:
    client = world.client("ann")
    url = upload(client, CONTENT).url
    client.post(url, {**columns_of(ImportRun.objects.get()), "match": "email", "do": "start"})
    work()
    run = ImportRun.objects.get()
    page = text_of(client.get(url))
    assert f'href="/acts/{run.act_id}/undo"' in page and "Not imported: the column Schuhgröße." in page
    client.post(f"/acts/{run.act_id}/undo")
    page = text_of(client.get(url))
    assert "Moved to the trash" in page and "Created" not in page and "Not imported" not in page


def test_what_was_skipped_and_created_along_the_way_is_told(world: Any) -> None:
    client = world.client("ann")
    url = upload(client, "E-mail;Firma;Telefon\na@x.example;Hexa;030123456\n;;\n").url
    assert "without a country code" in text_of(client.get(url))
    client.post(url, {**columns_of(ImportRun.objects.get()), "match": "email", "do": "start"})
    work()
    page = text_of(client.get(url))
    assert "The row is empty." in page and "Created along the way, such as the companies of people: 1." in page
