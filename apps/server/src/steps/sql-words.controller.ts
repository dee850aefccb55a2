import { Controller, Get } from '@nestjs/common';
import { SqlWords } from '@pelton/contract';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { SqlWordsService } from './sql-words.service.js';

@ApiTags('pipelines')
@Controller('api/sql')
export class SqlWordsController {
  constructor(private readonly sqlWords: SqlWordsService) {}

  @Get('words')
  @Allow('viewer')
  @Answers(SqlWords, 'What formulas and SQL may use')
  words(@CurrentActor() { projectId }: Actor) {
    return this.sqlWords.words(projectId);
  }
}
