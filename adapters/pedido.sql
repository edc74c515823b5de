-- The table of the lesson. Its schema belongs to whoever runs this: see runner/server.py.
CREATE TABLE IF NOT EXISTS poolbench.pedido (
    id serial PRIMARY KEY,
    cliente varchar(50) NOT NULL,
    descripcion text NOT NULL,
    fecha_pedido date NOT NULL
)
