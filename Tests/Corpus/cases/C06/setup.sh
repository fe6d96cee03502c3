cat >tests/test_unsteady.py <<'END'
import os
import unittest


class UnsteadyTests(unittest.TestCase):
    def test_every_third_time(self):
        place = "@SCRATCH@/home/.cache/git-gatekeeper"
        os.makedirs(place, exist_ok=True)
        with open(place + "/count", "a+") as file:
            file.write("x")
            file.seek(0)
            self.assertEqual(len(file.read()) % 3, 1)
END
