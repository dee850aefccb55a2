import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../common/allow.js';

/** The script that web pages include. It holds no key: the page's own tag names it. */
@ApiExcludeController()
@Controller()
export class SnippetController {
  private script: string | undefined;

  @Get('pelton.js')
  @Public()
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=3600')
  @Header('Cross-Origin-Resource-Policy', 'cross-origin')
  read(): string {
    this.script ??= readFileSync(fileURLToPath(import.meta.resolve('@pelton/snippet/pelton.js')), 'utf8');
    return this.script;
  }
}
