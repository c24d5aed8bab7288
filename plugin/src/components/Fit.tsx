import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React, { type ReactNode } from 'react';

interface Props {
  /** In units of 8 pixels; without it, all the room there is. */
  width?: number;
  children: ReactNode;
}

/** Room for a field: as wide as asked, but never wider than the editor around it has room for beside a label. */
export function Fit({ width, children }: Props) {
  const styles = useStyles2(getStyles, width);
  return <div className={styles.room}>{children}</div>;
}

/** What `Fit` measures: an editor's outermost element. */
export function FitArea({ children }: Pick<Props, 'children'>) {
  const styles = useStyles2(getStyles);
  return <div className={styles.area}>{children}</div>;
}

const getStyles = (theme: GrafanaTheme2, width?: number) => ({
  area: css({ containerType: 'inline-size' }),
  room: css({
    width: width === undefined ? '100%' : theme.spacing(width),
    maxWidth: `calc(100cqw - ${theme.spacing(16)})`,
  }),
});
