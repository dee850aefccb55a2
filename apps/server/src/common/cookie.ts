import type { Request, Response } from 'express';
import type { Config } from '../config.js';

const DAYS = 30;

/** `__Host-` keeps other subdomains from setting it, and works on https only. */
function cookieName(isSecure: boolean): string {
  return isSecure ? '__Host-pelton' : 'pelton';
}

/** https by the admin's word (PELTON_URL), since a proxy may end it, or by the connection itself. */
function isSecure(request: Request, config: Config): boolean {
  return config.publicUrl ? config.publicUrl.startsWith('https:') : request.secure;
}

export function setCookie(request: Request, response: Response, config: Config, token: string): void {
  const secure = isSecure(request, config);
  response.cookie(cookieName(secure), token, {
    httpOnly: true,
    sameSite: 'lax',
    secure,
    path: '/',
    maxAge: DAYS * 86_400_000,
  });
}

export function clearCookie(request: Request, response: Response, config: Config): void {
  const secure = isSecure(request, config);
  response.clearCookie(cookieName(secure), { httpOnly: true, sameSite: 'lax', secure, path: '/' });
}

/** The session's token as the browser sent it. */
export function readCookie(request: Request, config: Config): string | undefined {
  const name = cookieName(isSecure(request, config));
  const pair = request.headers.cookie?.split('; ').find((item) => item.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}
