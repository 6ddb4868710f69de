using System.Collections.ObjectModel;
using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Configuration;

/// <summary>
/// A configuration that was read: the effective settings, and where each comes from. Reading runs nothing and
/// resolves no secret (S42, S40).
/// </summary>
public sealed class RollbackConfiguration
{
    /// <summary>The name of the configuration file.</summary>
    public const string FileName = "rollback.json";

    /// <summary>The environment where nobody names another.</summary>
    public const string DefaultEnvironment = "production";

    /// <summary>The schema reference, for editors.</summary>
    internal const string SchemaProperty = "$schema";

    /// <summary>The environments' parts.</summary>
    internal const string EnvironmentsProperty = "environments";

    private readonly Lazy<IReadOnlyList<EffectiveSetting>> _effective;

    private RollbackConfiguration(RollbackSettings settings, LocatedNode tree, IReadOnlyList<string> environments)
    {
        Settings = settings;
        // Most cmdlets never ask for it.
        _effective = new Lazy<IReadOnlyList<EffectiveSetting>>(() => List(settings, tree));
        Environments = environments;
    }

    /// <summary>The effective settings.</summary>
    public RollbackSettings Settings { get; }

    /// <summary>Every effective value with where it comes from, in the table's order.</summary>
    public IReadOnlyList<EffectiveSetting> Effective => _effective.Value;

    /// <summary>The environments that can be chosen.</summary>
    public IReadOnlyList<string> Environments { get; }

    /// <summary>Reads the configuration.</summary>
    /// <param name="request">Which one.</param>
    /// <exception cref="RollbackOpsException">
    /// There is none, it cannot be read, or it is wrong: everything that is wrong is told at once, with path and line.
    /// </exception>
    internal static RollbackConfiguration Read(ConfigurationRequest request)
    {
        var file = request.File ?? ConfigurationLocator.FindFile(request.StartFolder);
        if (file is not null)
        {
            return Read(request, file, Path.GetDirectoryName(file)!, ConfigurationLocator.ReadFile(file));
        }

        var root = ConfigurationLocator.FindReleaseDirectory(request.StartFolder) ?? throw new RollbackOpsException(
            ErrorId.ConfigurationNotFound,
            $"No {FileName} and no release directory (a folder that holds releases/ and current) was found at or above "
            + $"{request.StartFolder}.",
            "Go to the project's folder, write a configuration with New-RollbackConfiguration, or name one with "
            + "-ConfigurationPath.",
            request.StartFolder);
        return Read(request, file: null, root, json: null);
    }

    /// <summary>Reads a configuration from bytes that need not be on disk.</summary>
    internal static RollbackConfiguration Read(
        ConfigurationRequest request, string? file, string baseFolder, byte[]? json)
    {
        var faults = new ConfigurationFaults();
        var part = Reading(isPartial: true, isCheck: true);
        var document = LocatedNode.EmptyObject;
        if (json is not null)
        {
            if (LocatedJson.Read(json, faults, out var cause) is { } root)
            {
                document = root;
                ConfigurationDocument.Check(document, Reading(isCheck: true), part);
            }
            else
            {
                faults.ThrowIfAny(file, unreadable: true, cause);
            }
        }

        var overrides = new SettingOverrides(request.Overrides, part);
        faults.ThrowIfAny(file);

        var environments = ConfigurationDocument.Environments(document);
        var environment = Choose(request.Environment, environments, file);
        var tree = overrides.ApplyTo(ConfigurationDocument.Merge(document, environment, request.Environment is not null));
        faults.ThrowIfAny(file);

        // The parts were sound each; now what they make together.
        var whole = Reading();
        var settings = (RollbackSettings?)SettingTable.Root.Read(tree, string.Empty, whole);
        faults.ThrowIfAny(file);
        settings = FillIn(settings!, file, baseFolder);
        SettingTable.Root.Judge(settings, tree, string.Empty, whole);
        faults.ThrowIfAny(file);

        return new RollbackConfiguration(settings, tree, environments);

        SettingReading Reading(bool isPartial = false, bool isCheck = false) => new()
        {
            Faults = faults,
            BaseFolder = baseFolder,
            StartFolder = request.StartFolder,
            IsPartial = isPartial,
            IsCheck = isCheck,
        };
    }

    private static string Choose(string? wanted, IReadOnlyList<string> known, string? file)
    {
        if (wanted is null)
        {
            return known[0];
        }

        if (known.Contains(wanted, StringComparer.Ordinal))
        {
            return wanted;
        }

        var nearest = NearestName.Find(wanted, known);
        throw new RollbackOpsException(
            ErrorId.InvalidArgument,
            $"There is no environment '{Inert.Line(wanted)}'"
            + (file is null ? " without a configuration file" : $" in {file}")
            + (nearest is null ? "." : $"; did you mean '{nearest}'?"),
            $"Choose one of: {string.Join(", ", known)}.",
            wanted);
    }

    /// <summary>The defaults that depend on the place.</summary>
    private static RollbackSettings FillIn(RollbackSettings settings, string? file, string baseFolder)
    {
        var root = settings.Platform.Root ?? baseFolder;
        return settings with
        {
            File = file,
            BaseFolder = baseFolder,
            Project = settings.Project ?? NameOf(baseFolder),
            Platform = settings.Platform with
            {
                Root = root,
                Activate = In(settings.Platform.Activate),
                Probe = In(settings.Platform.Probe),
            },
            Database = settings.Database is { } database
                ? database with { Stop = In(database.Stop), Start = In(database.Start), Smoke = In(database.Smoke) }
                : null,
            Repository = settings.Repository is { } repository
                ? repository with { Path = repository.Path ?? baseFolder }
                : null,
        };

        CommandSettings? In(CommandSettings? command) =>
            command is null ? null : command with { WorkingFolder = command.WorkingFolder ?? root };
    }

    private static ReadOnlyCollection<EffectiveSetting> List(RollbackSettings settings, LocatedNode tree)
    {
        var effective = new List<EffectiveSetting>();
        SettingTable.Root.List(settings, tree, string.Empty, SettingTable.Root.Settings[0], effective);
        return effective.AsReadOnly();
    }

    private static string NameOf(string folder)
    {
        var name = Inert.Line(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));
        return name.Length == 0 ? "default" : name;
    }
}
