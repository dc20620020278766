import { Controller, Get, Header, Inject, NotFoundException, Param, StreamableFile } from '@nestjs/common';
import { texts } from '../texts.js';
import { World } from '../world/world.js';

/** Shows what lies in the authorities' mailboxes. */
@Controller('post')
export class PostController {
  constructor(@Inject(World) readonly world: World) {}

  @Get()
  @Header('cache-control', 'no-store')
  list() {
    return this.world.post.list();
  }

  @Get(':key.eml')
  async mail(@Param('key') key: string) {
    return file(await this.world.post.read(key), 'message/rfc822');
  }

  @Get(':key.pdf')
  async paper(@Param('key') key: string) {
    return file(await this.world.post.file(key, 'application/pdf'), 'application/pdf');
  }
}

function file(bytes: Buffer | undefined, type: string): StreamableFile {
  if (!bytes) throw new NotFoundException(texts.post.absent);
  return new StreamableFile(bytes, { type, disposition: 'inline' });
}
