# The application as `make install` makes it, with nothing else. Built by `docker compose build`.
FROM python:3.11-slim
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends make libexpat1 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home aiguilleur
USER aiguilleur
WORKDIR /app
COPY --chown=aiguilleur . .
RUN make install && mkdir -p var/quarantine
EXPOSE 8000
# Inside a container, loopback is nobody's: compose publishes the port on the host's own loopback.
ENV AIGUILLEUR_HOST=0.0.0.0
CMD [".venv/bin/aiguilleur", "serve", "--demo"]
