namespace RollbackOps.Databases;

/// <summary>
/// A kind of database, bound to the one that the settings name. The one port to databases: another engine is another
/// implementation.
/// </summary>
public interface IDatabaseEngine
{
    /// <summary>The engine's name, for example <c>SQLite</c>.</summary>
    string Name { get; }

    /// <summary>The live database, as people know it. Never a secret (S40).</summary>
    string Place { get; }

    /// <summary>The live database. Nothing is connected yet.</summary>
    IDatabase Live { get; }

    /// <summary>Whether it can write what was restored into the live database, instead of renaming.</summary>
    bool CanSwapInPlace { get; }

    /// <summary>Whether this engine restores backups of a format.</summary>
    bool CanRestore(BackupFormat format);

    /// <summary>
    /// The database that a backup without a manifest says it is of, where that is another than the live one (S31); null where
    /// it is the same, or nothing is said.
    /// </summary>
    Task<string?> ReadForeignNameAsync(BackupSource source, CancellationToken cancellationToken);

    /// <summary>The ending of the file names of backups that <see cref="BackUpAsync"/> writes, with its dot.</summary>
    string BackupExtension { get; }

    /// <summary>
    /// Whether what a restore keeps is dumped for analysis once services are up (D3, S30); false where what is kept is a file
    /// that can be copied as it is.
    /// </summary>
    bool DumpsKept { get; }

    /// <summary>Writes what a restore kept to a file, where <see cref="DumpsKept"/>.</summary>
    /// <param name="kept">The kept database: a <see cref="KeptPlace"/>.</param>
    /// <param name="file">The file to write; it is there and empty.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Stops it; the file may be left behind, unfinished.</param>
    /// <exception cref="RollbackOpsException">It cannot be written.</exception>
    Task<BackupContent> DumpKeptAsync(string kept, string file, Action<ByteProgress> progress, CancellationToken cancellationToken);

    /// <summary>Writes one consistent copy of the live database while it is in use, and counts what is in the copy.</summary>
    /// <param name="file">The file to write; it does not exist yet.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Stops it; the file may be left behind, unfinished.</param>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.DatabaseUnreachable"/> or <see cref="ErrorId.BackupFailed"/>.
    /// </exception>
    Task<BackupContent> BackUpAsync(string file, Action<ByteProgress> progress, CancellationToken cancellationToken);

    /// <summary>Restores a backup beside the live database, which it leaves as it is (S30).</summary>
    /// <param name="source">The backup.</param>
    /// <param name="place">Where to: a <see cref="SidePlace"/>.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Stops it; what was begun is dropped.</param>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.BackupInvalid"/>, <see cref="ErrorId.DumpRefused"/> or <see cref="ErrorId.RestoreFailed"/>; the
    /// live database is as it was.
    /// </exception>
    Task<ISideDatabase> RestoreAsideAsync(
        BackupSource source, string place, Action<ByteProgress> progress, CancellationToken cancellationToken);

    /// <summary>Looks at the live database without changing it, and refuses by name what a swap would lose or fail at.</summary>
    /// <param name="options">How far the closing will go; the rights for it are looked for.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RollbackOpsException">It cannot be looked at, or not be swapped.</exception>
    Task<LiveFacts> InspectAsync(FenceOptions options, CancellationToken cancellationToken);

    /// <summary>Where a restore's side database goes.</summary>
    string SidePlace(string restoreId);

    /// <summary>Where the live database is kept after a restore.</summary>
    string KeptPlace(string restoreId);

    /// <summary>A database beside the live one that is there already.</summary>
    ISideDatabase OpenSide(string place);

    /// <summary>Closes the live database to everybody else, and proves that nobody writes.</summary>
    /// <param name="options">How far it may go.</param>
    /// <param name="cancellationToken">Stops it; everything is as it was.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseInUse"/>; everything is as it was.</exception>
    Task<IDatabaseFence> FenceAsync(FenceOptions options, CancellationToken cancellationToken);

    /// <summary>Whether a side database has taken the live one's place: looked at, after a crash (S16).</summary>
    /// <exception cref="RollbackOpsException">It cannot be looked at.</exception>
    Task<bool> IsSwappedAsync(string side, string kept, bool inPlace, CancellationToken cancellationToken);

    /// <summary>Puts the live database back to what it was where a swap was begun and not made, or was being taken back.</summary>
    /// <param name="side">What would have taken its place.</param>
    /// <param name="kept">Where it would have been kept.</param>
    /// <param name="mode">The mode it had.</param>
    /// <param name="inPlace">Whether it was to be written into, see <see cref="FenceOptions"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RollbackOpsException">It cannot be.</exception>
    Task MendAsync(string side, string kept, string? mode, bool inPlace, CancellationToken cancellationToken);

    /// <summary>
    /// Lets go on what waits before the live database (a pooler), where a swap was made and its end was cut off. What does
    /// not wait is no error.
    /// </summary>
    /// <exception cref="RollbackOpsException">It cannot be.</exception>
    Task ReopenAsync(CancellationToken cancellationToken);

    /// <summary>Exports what a database that was swapped out has and a restored backup has not, and the other way round (S30).</summary>
    /// <param name="what">What is compared, and where the differences go.</param>
    /// <param name="tell">Is told how far it is.</param>
    /// <param name="cancellationToken">Stops it; nothing of it is left.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.ExportFailed"/>; nothing of it is left.</exception>
    Task<LostChanges> ExportChangesAsync(ChangeExport what, Action<string> tell, CancellationToken cancellationToken);
}

/// <summary>How far the closing of a live database may go.</summary>
/// <param name="AllowUnseen">Goes on where connections may be there that cannot be seen.</param>
/// <param name="TerminateConnections">Ends the connections that are left.</param>
/// <param name="InPlace">
/// Closes it to other writers only: what was restored is written into it, where <see cref="IDatabaseEngine.CanSwapInPlace"/>.
/// </param>
public sealed record FenceOptions(bool AllowUnseen, bool TerminateConnections, bool InPlace = false);

/// <summary>The live database, closed to everybody else until this is disposed of.</summary>
public interface IDatabaseFence : IAsyncDisposable
{
    /// <summary>
    /// What was set beyond the live values by the swap, so that no id is given twice, in a few words; null before it, and
    /// where there is nothing that counts.
    /// </summary>
    string? Reserved { get; }

    /// <summary>Puts a side database in the live one's place in one step that can be seen only as done or not done.</summary>
    /// <param name="side">What takes its place; it gets the live one's owner, rights and mode.</param>
    /// <param name="kept">Where the live one is kept; nothing is there yet.</param>
    /// <param name="cancellationToken">Stops it before the step, and never in it.</param>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.DatabaseInUse"/> or <see cref="ErrorId.RestoreFailed"/>; <see cref="IDatabaseEngine.IsSwappedAsync"/> tells
    /// how it is.
    /// </exception>
    Task SwapAsync(ISideDatabase side, string kept, CancellationToken cancellationToken);
}

/// <summary>The live database as it was found.</summary>
/// <param name="Size">Its size in bytes.</param>
/// <param name="FreeSpace">The bytes free on its volume; null where that is not known.</param>
/// <param name="Mode">Its journal mode or the like, or null.</param>
/// <param name="MigrationLevel">The schema's migration level, or null.</param>
/// <param name="Fault">Why it cannot be read, which a restore may be there to mend; null where it can.</param>
public sealed record LiveFacts(long Size, long? FreeSpace, string? Mode, string? MigrationLevel, string? Fault = null)
{
    /// <summary>What a person should know before a swap, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A database that can be asked.</summary>
public interface IDatabase
{
    /// <summary>What people know it by.</summary>
    string Place { get; }

    /// <summary>The names of the integrity checks it offers.</summary>
    IReadOnlyList<string> IntegrityChecks { get; }

    /// <summary>Connects and asks the least there is.</summary>
    /// <returns>The server's version.</returns>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseUnreachable"/>.</exception>
    Task<string> PingAsync(CancellationToken cancellationToken);

    /// <summary>Makes one of <see cref="IntegrityChecks"/>.</summary>
    /// <exception cref="RollbackOpsException">The check could not be made.</exception>
    Task<IntegrityAnswer> CheckIntegrityAsync(string check, CancellationToken cancellationToken);

    /// <summary>Runs a query that cannot change anything.</summary>
    /// <param name="query">The query.</param>
    /// <param name="most">How many rows are given back at most.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.QueryFailed"/>.</exception>
    Task<QueryAnswer> QueryAsync(string query, int most, CancellationToken cancellationToken);

    /// <summary>The rows of every table, by name.</summary>
    /// <exception cref="RollbackOpsException">They cannot be counted.</exception>
    Task<IReadOnlyDictionary<string, long>> CountRowsAsync(CancellationToken cancellationToken);

    /// <summary>The schema's migration level, or null where no migration tool left its table.</summary>
    /// <exception cref="RollbackOpsException">It cannot be read.</exception>
    Task<string?> ReadMigrationLevelAsync(CancellationToken cancellationToken);

    /// <summary>The migrations that were applied, or null where no migration tool left its table.</summary>
    /// <exception cref="RollbackOpsException">They cannot be read.</exception>
    Task<AppliedMigrations?> ReadMigrationsAsync(CancellationToken cancellationToken);
}

/// <summary>A database restored beside the live one.</summary>
public interface ISideDatabase : IDatabase
{
    /// <summary>Its size in bytes.</summary>
    long Size { get; }

    /// <summary>Removes it. What is gone already is no error.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RestoreFailed"/>: it cannot be removed.</exception>
    Task DropAsync();
}

/// <summary>A backup to be restored.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">The file or folder, absolute.</param>
/// <param name="Format">What it is.</param>
/// <param name="Sha256">The hash that its manifest states, in hexadecimal; null where there is no manifest.</param>
/// <param name="SkipsDatabaseCommands">
/// Whether what a plain SQL dump says about the database as a whole (<c>pg_dump -C</c>) is left out instead of refused.
/// </param>
public sealed record BackupSource(
    string Name, string Path, BackupFormat Format, string? Sha256, bool SkipsDatabaseCommands = false);

/// <summary>What went into a backup.</summary>
/// <param name="Format">What was written.</param>
/// <param name="ServerVersion">The version of the server.</param>
/// <param name="MigrationLevel">The schema's migration level, or null.</param>
/// <param name="Tables">The rows of every table, by name.</param>
/// <param name="Tools">The versions of the programs and libraries that wrote it, by name.</param>
public sealed record BackupContent(
    BackupFormat Format,
    string ServerVersion,
    string? MigrationLevel,
    IReadOnlyDictionary<string, long> Tables,
    IReadOnlyDictionary<string, string> Tools);

/// <summary>How far something is.</summary>
/// <param name="Done">Bytes done.</param>
/// <param name="Total">Bytes in all, or null where that is not known.</param>
public readonly record struct ByteProgress(long Done, long? Total);

/// <summary>What an integrity check came to.</summary>
/// <param name="Findings">What is wrong; empty when all is well.</param>
/// <param name="Detail">What was looked at, and what was not, in a sentence.</param>
/// <param name="IsMade">Whether anything was looked at.</param>
public sealed record IntegrityAnswer(IReadOnlyList<string> Findings, string Detail, bool IsMade = true)
{
    /// <summary>A check that could not look at anything, and why.</summary>
    public static IntegrityAnswer NotMade(string why) => new([], $"not checked: {why}", IsMade: false);
}

/// <summary>The answer to a query.</summary>
/// <param name="Rows">The first rows, each as one line of <c>name=value</c>, made inert (S43).</param>
/// <param name="Count">How many rows there were in all, as far as was read.</param>
/// <param name="IsWhole">Whether every row was counted.</param>
public sealed record QueryAnswer(IReadOnlyList<string> Rows, long Count, bool IsWhole);
