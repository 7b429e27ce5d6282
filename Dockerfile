# The image of interlock-lint, from wheels alone. Build the wheel first: `make image` does both.
# The base needs Python 3.11 or newer with venv and pip.
ARG BASE=python:3.13-slim

FROM ${BASE} AS installed
# Set it to 1 to take the wheels of all dependencies from dist/ too, without a package index.
ARG PIP_NO_INDEX=
COPY dist/ /dist/
RUN python3 -m venv --without-pip /opt/interlock-lint \
    && python3 -m pip --python /opt/interlock-lint/bin/python install --no-cache-dir \
        --only-binary=:all: --find-links=/dist /dist/interlock_lint-*.whl

FROM ${BASE}
COPY --from=installed /opt/interlock-lint /opt/interlock-lint
# It needs no account, and writes only to what is mounted.
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/opt/interlock-lint/bin/interlock-lint"]
