yes "not an answer" | head -c 52428800
