"""What every test may ask for is really there: a PostgreSQL of its own and a browser."""

import asyncpg
from playwright.async_api import Browser


async def test_each_test_has_a_postgresql_of_its_own(postgresql_url: str) -> None:
    connection = await asyncpg.connect(postgresql_url)
    try:
        await connection.execute("CREATE TABLE clinic (name TEXT NOT NULL)")
        await connection.execute("INSERT INTO clinic VALUES ($1)", "Қалалық емхана")
        # Letters outside ASCII must fold as they will in production.
        assert await connection.fetchval("SELECT lower(name) FROM clinic") == "қалалық емхана"
    finally:
        await connection.close()


async def test_nothing_is_left_of_the_test_before(postgresql_url: str) -> None:
    connection = await asyncpg.connect(postgresql_url)
    try:
        assert await connection.fetchval("SELECT to_regclass('clinic')") is None
    finally:
        await connection.close()


async def test_the_browser_shows_kazakh(chromium: Browser) -> None:
    page = await chromium.new_page()
    await page.set_content("<h1>Дәрігерді үйге шақыру</h1>")
    assert await page.inner_text("h1") == "Дәрігерді үйге шақыру"
