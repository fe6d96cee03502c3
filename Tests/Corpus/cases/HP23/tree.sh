sed -i '0,/return a + b/! s/return a + b/return a - b/' src/calc/core.py
ln -s /etc src/etc
