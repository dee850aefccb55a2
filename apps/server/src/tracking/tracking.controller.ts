import { Controller, Get, Header, HttpCode, Param, Post, Res } from '@nestjs/common';
import { AppError } from '@pelton/contract';
import type { Response } from 'express';
import { Public } from '../common/allow.js';
import { ApiExcludeController } from '../common/described.js';
import { TrackingService } from './tracking.service.js';

/** A transparent GIF of one pixel. */
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** The links of messages. They need no sign-in: the signed token says what they may do. */
@ApiExcludeController()
@Controller('t')
export class TrackingController {
  constructor(private readonly tracking: TrackingService) {}

  /** A webmail shows it on a page of its own origin. */
  @Get('o/:token')
  @Public()
  @Header('Cache-Control', 'no-store')
  @Header('Cross-Origin-Resource-Policy', 'cross-origin')
  async open(@Param('token') token: string, @Res() response: Response): Promise<void> {
    await this.tracking.open(token.replace(/\.gif$/, ''));
    response.type('gif').send(PIXEL);
  }

  @Get('c/:token')
  @Public()
  @Header('Cache-Control', 'no-store')
  async click(@Param('token') token: string, @Res() response: Response): Promise<void> {
    const url = await this.tracking.click(token);
    if (!url) throw new AppError('NOT_FOUND', { noun: 'link', name: 'this' });
    response.redirect(302, url);
  }

  /** Only shows a button: programs that follow every link of a mail must not unsubscribe anybody. */
  @Get('u/:token')
  @Public()
  askToUnsubscribe(@Param('token') token: string, @Res() response: Response): void {
    if (!this.tracking.isUnsubscribe(token)) throw new AppError('NOT_FOUND', { noun: 'link', name: 'this' });
    response
      .type('html')
      .send(
        page(
          'Unsubscribe',
          '<p>You will get no more messages of this kind.</p><form method="post"><button>Unsubscribe</button></form>',
        ),
      );
  }

  @Post('u/:token')
  @Public()
  @HttpCode(200)
  async unsubscribe(@Param('token') token: string, @Res() response: Response): Promise<void> {
    if (!(await this.tracking.unsubscribe(token))) throw new AppError('NOT_FOUND', { noun: 'link', name: 'this' });
    response
      .type('html')
      .send(page('Unsubscribed', '<p>You are unsubscribed and will get no more of these messages.</p>'));
  }
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><body style="font: 16px/1.5 system-ui; max-width: 30rem; margin: 15vh auto; padding: 0 1rem"><h1 style="font-size: 1.25rem">${title}</h1>${body}</body></html>`;
}
