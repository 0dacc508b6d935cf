import type { PeerSetup } from './scenario.ts'

export type NginxParts = { readonly listen?: string; readonly tls?: string }

export function nginxConfig({ folder, listenPort, upstreamPort }: PeerSetup, parts: NginxParts = {}): string {
  return `daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx-error.log;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 10000000;
  client_body_temp_path ${folder}/nginx/body; proxy_temp_path ${folder}/nginx/proxy;
  fastcgi_temp_path ${folder}/nginx/fastcgi; uwsgi_temp_path ${folder}/nginx/uwsgi; scgi_temp_path ${folder}/nginx/scgi;
  upstream out { server 127.0.0.1:${upstreamPort}; keepalive 64; keepalive_requests 10000000; }
  server {
    listen 127.0.0.1:${listenPort} ${parts.listen ?? ''};
    server_name bench.shop;
${parts.tls ?? ''}    location / {
      proxy_pass http://out;
      proxy_http_version 1.1;
      proxy_set_header connection "";
      proxy_set_header x-request-id $request_id;
    }
  }
}
`
}
