import { Body, Controller, Delete, Get, Inject, Post, Put, Req, Res } from '@nestjs/common';
import { AppError, Session, SetUp, SignIn } from '@pelton/contract';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor, Public } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { clearCookie, setCookie } from '../common/cookie.js';
import { CONFIG, type Config } from '../config.js';
import { ProjectsService } from '../projects/projects.service.js';
import type { MemberDoc } from './member.schema.js';
import { MembersService, toMember } from './members.service.js';
import { SessionsService } from './sessions.service.js';

const ProjectChoice = z.strictObject({ projectId: z.string() });

@ApiTags('session')
@Controller('api')
export class SessionController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly members: MembersService,
    private readonly projects: ProjectsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('setup')
  @Public()
  @Answers(z.object({ needed: z.boolean() }), 'Whether nobody can sign in yet')
  async setUpNeeded() {
    return { needed: await this.members.isEmpty() };
  }

  @Post('setup')
  @Public()
  @Answers(Session)
  async setUp(
    @Body({ schema: SetUp }) input: SetUp,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const member = await this.members.accept(input);
    return this.enter(member, request, response);
  }

  @Post('session')
  @Public()
  @Answers(Session)
  async signIn(
    @Body({ schema: SignIn }) input: SignIn,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const member = await this.sessions.verify(input, request.ip ?? '');
    return this.enter(member, request, response);
  }

  @Get('session')
  @Allow('viewer')
  @Answers(Session)
  async current(@CurrentActor() actor: Actor): Promise<Session> {
    if (!actor.sessionId) throw new AppError('NOT_SIGNED_IN', {});
    return this.describe(actor.id, actor.projectId);
  }

  @Put('session/project')
  @Allow('viewer')
  @Answers(Session)
  async switchProject(
    @Body({ schema: ProjectChoice }) { projectId }: z.infer<typeof ProjectChoice>,
    @CurrentActor() actor: Actor,
  ) {
    if (!actor.sessionId) throw new AppError('NOT_SIGNED_IN', {});
    const project = await this.projects.find(projectId);
    await this.sessions.switchProject(actor.sessionId, actor.id, project.id);
    return this.describe(actor.id, project.id);
  }

  @Delete('session')
  @Allow('viewer')
  async signOut(@CurrentActor() actor: Actor, @Req() request: Request, @Res({ passthrough: true }) response: Response) {
    if (actor.sessionId) await this.sessions.end(actor.sessionId);
    clearCookie(request, response, this.config);
  }

  private async enter(member: MemberDoc, request: Request, response: Response): Promise<Session> {
    const project = await this.projects.first(member.lastProjectId);
    setCookie(request, response, this.config, await this.sessions.start(member._id, project.id));
    return this.describe(member._id, project.id);
  }

  private async describe(memberId: string, projectId: string): Promise<Session> {
    const [member, project, projects] = await Promise.all([
      this.members.find(memberId),
      this.projects.find(projectId),
      this.projects.list(),
    ]);
    return { member: toMember(member), project, projects };
  }
}
