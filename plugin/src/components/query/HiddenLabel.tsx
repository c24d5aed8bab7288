import { css } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import React from 'react';

interface Props {
  htmlFor: string;
  text: string;
}

/** The name of a field whose place says to the eye what it is: for screen readers. */
export function HiddenLabel({ htmlFor, text }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <label htmlFor={htmlFor} className={styles.label}>
      {text}
    </label>
  );
}

const getStyles = () => ({
  label: css({
    position: 'absolute',
    width: 1,
    height: 1,
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  }),
});
