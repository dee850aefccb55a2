import { Controller, Delete, Get, Param, Post, Req } from '@nestjs/common';
import { AppError, StoredFile } from '@pelton/contract';
import busboy from 'busboy';
import type { Request } from 'express';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiBody, ApiConsumes, ApiTags } from '../common/described.js';
import { FilesService } from './files.service.js';

@ApiTags('files')
@Controller('api/files')
export class FilesController {
  constructor(private readonly files: FilesService) {}

  @Get()
  @Allow('viewer')
  @Answers(z.array(StoredFile))
  list(@CurrentActor() actor: Actor) {
    return this.files.list(actor.projectId);
  }

  @Post()
  @Allow('operator')
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: { type: 'object', properties: { file: { type: 'string', format: 'binary' } } } })
  @Answers(StoredFile)
  upload(@CurrentActor() actor: Actor, @Req() request: Request): Promise<StoredFile> {
    return receiveFile(request, (name, content) => this.files.store(actor.projectId, name, content));
  }

  @Delete(':name')
  @Allow('operator')
  remove(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.files.remove(actor.projectId, name);
  }
}

/** Streams the one file of a form to where it is kept. */
function receiveFile<T>(
  request: Request,
  store: (name: string, content: import('node:stream').Readable) => Promise<T>,
): Promise<T> {
  if (!request.is('multipart/form-data')) {
    throw new AppError('BAD_INPUT', { issues: [{ path: 'file', message: 'Send the file as multipart/form-data' }] });
  }
  return new Promise((resolve, reject) => {
    const form = busboy({ headers: request.headers, limits: { files: 1 }, defParamCharset: 'utf8' });
    let storing: Promise<T> | undefined;
    form.on('file', (_field, content, { filename }) => {
      storing = store(filename ?? '', content);
      storing.catch(() => content.resume()); // the rest of the form has to be read before an answer reaches the browser
    });
    form.on('close', () => {
      if (storing) storing.then(resolve, reject);
      else reject(new AppError('BAD_INPUT', { issues: [{ path: 'file', message: 'The form has no file' }] }));
    });
    form.on('error', reject);
    request.pipe(form);
  });
}
