using System.Text.Json;
using RollbackOps.Adapters.LocalState;
using RollbackOps.Databases;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Backups;

/// <summary>Reads the manifest beside a backup. It is foreign data like any file: whoever can write there can let it state anything.</summary>
internal static class ManifestReader
{
    /// <summary>One of a hundred thousand tables stays far below it.</summary>
    private const long Largest = 64 << 20;

    /// <summary>The manifest with its texts made inert (S43), or null.</summary>
    /// <param name="path">The manifest's file.</param>
    /// <param name="fault">Why there is none to be had.</param>
    public static BackupManifest? Read(string path, out string? fault)
    {
        try
        {
            if (!FileStatus.IsPlainFile(path) || new FileInfo(path).Length > Largest)
            {
                fault = "its manifest is no plain file, or too large for one";
                return null;
            }

            var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), RollbackJson.Compact.BackupManifest);
            fault = manifest switch
            {
                null => "its manifest is empty",
                { Version: > BackupManifest.CurrentVersion } => $"its manifest is of a newer version ({manifest.Version}); update RollbackTools",
                { Name: null } or { File: null } or { Sha256: null } or { Tables: null } or { Project: null } or { Environment: null }
                    or { Engine: null } or { Host: null } or { Database: null } or { Tools: null } => "its manifest lacks what it needs",
                _ => null,
            };
            return fault is null ? WithoutControls(manifest!) : null;
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException or ArgumentException
            or IOException or UnauthorizedAccessException)
        {
            fault = $"its manifest cannot be read: {Inert.Line(failure.Message)}";
            return null;
        }
    }

    private static BackupManifest WithoutControls(BackupManifest manifest) => manifest with
    {
        Name = Inert.Line(manifest.Name),
        File = Inert.Line(manifest.File),
        Project = Inert.Line(manifest.Project),
        Environment = Inert.Line(manifest.Environment),
        Engine = Inert.Line(manifest.Engine),
        Host = Inert.Line(manifest.Host),
        Database = Inert.Line(manifest.Database),
        ServerVersion = Inert.Line(manifest.ServerVersion),
        MigrationLevel = manifest.MigrationLevel is { } level ? Inert.Line(level) : null,
    };
}
