/* The printed slip of an invitation: text for the terminal, and a page of SVG with a QR code to
 * print.
 */
#ifndef JB_SLIP_H
#define JB_SLIP_H

/* jibao-gateway invite ...; the exit code. argv[0] is the program's name. */
int jb_slip_command(int argc, char **argv);

#endif
