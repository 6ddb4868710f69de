using System.Globalization;
using Npgsql;

namespace RollbackOps.Adapters.Postgres;

/// <summary>
/// How much is free where the server keeps its data. Only a server on this machine can be asked that: its own process has to
/// be there, since a path alone may be one of a container's.
/// </summary>
internal static class PostgresSpace
{
    /// <summary>The bytes free, or null where that is not known.</summary>
    public static async Task<long?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || !IsOfThisMachine(connection.ProcessID))
        {
            return null;
        }

        // Null for whom the server does not tell it.
        var folder = await connection.ScalarAsync("SELECT setting FROM pg_settings WHERE name = 'data_directory'", cancellationToken);
        try
        {
            return folder is null || !Directory.Exists(folder) ? null : new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsOfThisMachine(int process)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/cmdline")).StartsWith("postgres:", StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
