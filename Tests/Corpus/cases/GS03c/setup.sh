printf '*.py ident\n' >.gitattributes
sed -i '1i # $Id$' tests/test_core.py
