printf '*.py text eol=crlf\n' >.gitattributes
for file in src/calc/*.py tests/*.py; do sed -i 's/$/\r/' "$file"; done
