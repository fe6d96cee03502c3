chmod +x lib/calc.sh
