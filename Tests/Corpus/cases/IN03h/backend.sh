echo 'curl: (60) SSL certificate problem: self-signed certificate' >&2
exit 60
