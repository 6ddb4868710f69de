using RollbackOps.Adapters.LocalState;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>
/// The journals beside a file that SQLite cannot read. They belong to what is kept; beside another file they would be taken
/// for that one's, and played into it.
/// </summary>
internal static class SqliteLeftovers
{
    private static readonly string[] s_journals = ["-wal", "-journal"];

    /// <summary>Gives them a second name beside what is kept.</summary>
    /// <exception cref="IOException">The operating system refused.</exception>
    public static void Link(string path, string kept)
    {
        foreach (var journal in s_journals.Where(journal => File.Exists(path + journal)))
        {
            FileRights.Link(path + journal, kept + journal);
        }
    }

    /// <summary>Takes away their names beside the live one, once they have others.</summary>
    public static void Delete(string path)
    {
        Array.ForEach(s_journals, journal => File.Delete(path + journal));
        File.Delete(path + "-shm");
    }

    /// <summary>Puts them beside the live one again.</summary>
    public static void TakeBack(string path, string kept)
    {
        foreach (var journal in s_journals.Where(journal => File.Exists(kept + journal)))
        {
            if (FileStatus.IsSame(path + journal, kept + journal))
            {
                File.Delete(kept + journal);
            }
            else if (!File.Exists(path + journal))
            {
                File.Move(kept + journal, path + journal);
            }
        }
    }
}
