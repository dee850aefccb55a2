import { Body, Controller, Delete, Get, Param, Patch, Post } from '@nestjs/common';
import { Member, MemberInput, Role } from '@pelton/contract';
import { z } from 'zod';
import { Allow, Answers } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { MembersService } from './members.service.js';

const RoleChange = z.strictObject({ role: Role });

@ApiTags('members')
@Controller('api/members')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get()
  @Allow('admin')
  @Answers(z.array(Member))
  list() {
    return this.members.list();
  }

  @Post()
  @Allow('admin')
  @Answers(z.object({ member: Member, token: z.string() }), 'The token of a one-time link, shown once')
  invite(@Body({ schema: MemberInput }) input: MemberInput) {
    return this.members.invite(input);
  }

  @Patch(':id')
  @Allow('admin')
  @Answers(Member)
  setRole(@Param('id') id: string, @Body({ schema: RoleChange }) { role }: z.infer<typeof RoleChange>) {
    return this.members.setRole(id, role);
  }

  @Delete(':id')
  @Allow('admin')
  remove(@Param('id') id: string) {
    return this.members.remove(id);
  }
}
