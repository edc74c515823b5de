"""The network of a program that shows a drill with a library alone: text, like `adapters.plain`.

It stands before the first lines of an adapter, whose DSN leads through it. It refuses connections
until it listens.
"""

from __future__ import annotations

IMPORTS = ("contextlib", "os", "socket", "threading", "time", "urllib.parse")

NETWORK = """\
READY = bytes.fromhex("5a0000000549")  # the server's ReadyForQuery
to = urllib.parse.urlsplit(os.environ["POOLBENCH_DSN"])


class Network:
    connecting = 0.0  # seconds that each connection takes longer
    silent = False  # it accepts everything and passes nothing on
    connections = now_open = round_trips = 0
    until_ready = None  # the round trips until the server was ready for its first client

    def __init__(self):
        self.near = socket.socket()
        self.near.bind(("127.0.0.1", 0))
        at = f"127.0.0.1:{self.near.getsockname()[1]}"
        user, at_sign, _ = to.netloc.rpartition("@")
        query = f"{to.query}&sslmode=disable".lstrip("&")
        dsn = to._replace(netloc=f"{user}{at_sign}{at}", query=query)
        os.environ["POOLBENCH_DSN"] = dsn.geturl()

    def listen(self):
        self.near.listen(100)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.near.accept()
            threading.Thread(target=self.connect, args=(client,), daemon=True).start()

    def connect(self, client):
        time.sleep(self.connecting)
        server = socket.create_connection((to.hostname, to.port or 5432))
        self.connections += 1
        self.now_open += 1
        asked = threading.Event()
        asks = threading.Thread(target=self.carry, args=(client, server, asked.set), daemon=True)
        asks.start()
        self.carry(server, client, lambda: self.answered(asked))
        asks.join()
        self.now_open -= 1

    def carry(self, source, sink, heard):
        with source, contextlib.suppress(OSError):  # until one side closes
            while data := source.recv(65536):
                while self.silent:
                    time.sleep(0.02)
                heard()
                if data.endswith(READY) and self.until_ready is None:
                    self.until_ready = self.round_trips
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)

    def answered(self, asked):
        self.round_trips += asked.is_set()
        asked.clear()


network = Network()

"""
