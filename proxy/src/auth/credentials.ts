import { z } from 'zod';
import { maxPasswordBytes } from './password.ts';
import { maxNameCharacters } from './users.ts';

export interface Credentials {
  loginName: string;
  password: string;
}

const wellFormedText = z.string('must be text').refine((text) => text.isWellFormed(), 'must be well-formed Unicode');

/** The fields of every sign-in. Texts only: an object or a number that reached SQL would mean something else there. */
export const credentialFields = {
  login_name: wellFormedText.refine(
    (name) => {
      // As the column counts them, not in UTF-16 units.
      const characters = Array.from(name).length;
      return characters >= 1 && characters <= maxNameCharacters;
    },
    `must have 1 to ${String(maxNameCharacters)} characters`
  ),
  password: wellFormedText.refine(
    (password) => {
      const bytes = Buffer.byteLength(password, 'utf8');
      return bytes >= 1 && bytes <= maxPasswordBytes;
    },
    `must have 1 to ${String(maxPasswordBytes)} bytes`
  ),
};
