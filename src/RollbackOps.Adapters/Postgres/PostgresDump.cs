using System.Security.Cryptography;
using System.Text;
using CliWrap;
using RollbackOps.Adapters.Backups;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Postgres;

/// <summary>Pours a plain SQL dump into a database by psql, each statement judged before psql sees it (S31).</summary>
internal sealed class PostgresDump
{
    private const int HeadSize = 4096;

    private readonly PostgresTools _tools;
    private readonly BackupSource _source;
    private readonly string _version;

    /// <param name="tools">Runs psql.</param>
    /// <param name="source">The dump.</param>
    /// <param name="version">psql's version.</param>
    public PostgresDump(PostgresTools tools, BackupSource source, string version)
    {
        _tools = tools;
        _source = source;
        _version = version;
    }

    /// <summary>
    /// Whether a psql knows <c>\restrict</c>, which forbids backslash commands from then on (CVE-2025-8714, August 2025).
    /// </summary>
    public static bool KnowsRestrict(string version) =>
        Version.TryParse(version, out var known) && known.Minor >= known.Major switch
        {
            >= 18 => 0,
            17 => 6,
            16 => 10,
            15 => 14,
            14 => 19,
            13 => 22,
            _ => int.MaxValue,
        };

    /// <summary>How a dump begins: there pg_dump says what it is of.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.BackupInvalid"/>.</exception>
    public static async Task<string> HeadAsync(BackupSource source, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(source.Path);
            await using var unpacked = PackedText.Open(file, source.Format);
            var head = new byte[HeadSize];
            var read = await unpacked.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
            return Encoding.UTF8.GetString(head, 0, read);
        }
        catch (Exception failure) when (PackedText.IsDamage(failure) || failure is IOException or UnauthorizedAccessException)
        {
            throw DumpErrors.Invalid(source, failure.Message, failure);
        }
    }

    /// <summary>Restores it to a database that holds nothing yet; how psql ended.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DumpRefused"/> or <see cref="ErrorId.BackupInvalid"/>.</exception>
    public async Task<ToolOutcome> RestoreAsync(string database, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        using var killing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? refusal = null;
        try
        {
            return await _tools.RunAsync(
                "psql",
                [
                    "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", PostgresServer.ArgumentOf(database),
                    .. KnowsRestrict(_version) ? [$"--command=\\restrict {RandomNumberGenerator.GetHexString(32)}"] : Array.Empty<string>(),
                    "--file=-",
                ],
                PipeSource.Create(async (to, token) =>
                {
                    try
                    {
                        await PourAsync(to, progress, token);
                    }
                    catch (IOException) when (!token.IsCancellationRequested)
                    {
                        // psql has gone: what it says of it counts.
                    }
                    catch (Exception failure)
                    {
                        refusal = failure;
                        // At the end of its input psql would run what it has.
                        await killing.CancelAsync();
                        throw;
                    }
                }),
                killing.Token);
        }
        catch (Exception) when (refusal is not null && !cancellationToken.IsCancellationRequested)
        {
            throw PackedText.IsDamage(refusal)
                ? new RollbackOpsException(ErrorId.BackupInvalid,
                    $"The dump '{_source.Name}' cannot be unpacked: {Inert.Line(refusal.Message)}",
                    "Choose another: Get-DatabaseBackup. The live database is as it was.", _source.Path, refusal)
                : refusal;
        }
    }

    private async Task PourAsync(Stream to, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(_source.Path);
        await using var unpacked = PackedText.Open(file, _source.Format);
        using var telling = new Timer(_ => progress(new ByteProgress(file.Position, file.Length)), null, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(200));
        await new PlainSqlScanner(_source, _source.SkipsDatabaseCommands).CopyAsync(unpacked, to, cancellationToken);
    }
}
