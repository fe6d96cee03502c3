cat >tests/conftest.py <<'END'
import pytest


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setenv('QUIET', '1')
END
