typedef int jb_empty;
