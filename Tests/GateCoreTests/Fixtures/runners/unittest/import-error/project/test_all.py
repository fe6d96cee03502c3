import unittest


class TestAll(unittest.TestCase):
    def test_one(self):
        """Docstrings change what is printed, not the id."""
