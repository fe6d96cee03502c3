# Without it pytest puts the folder of the tests first on the search path.
rm tests/__init__.py
