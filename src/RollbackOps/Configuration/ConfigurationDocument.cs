using System.Text.Json;
using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Configuration;

/// <summary>The shape of the file around the settings: the schema reference and the environments.</summary>
internal static class ConfigurationDocument
{
    private static readonly TextShape s_schema = new("a text", pattern: null, longest: int.MaxValue);

    /// <summary>Checks a document, every environment's part included.</summary>
    public static void Check(LocatedNode document, SettingReading whole, SettingReading part)
    {
        if (document.Kind != JsonValueKind.Object)
        {
            whole.Faults.Add(string.Empty, document, $"expects an object, not {document.KindName}");
            return;
        }

        ObjectShape.RefuseUnknown(document, string.Empty, whole,
            SettingTable.Root.Settings.Select(setting => setting.Name)
                .Append(RollbackConfiguration.SchemaProperty)
                .Append(RollbackConfiguration.EnvironmentsProperty));
        SettingTable.Root.Read(Settings(document), string.Empty, whole);
        if (document.Find(RollbackConfiguration.SchemaProperty) is { } schema)
        {
            s_schema.Read(schema.Value, RollbackConfiguration.SchemaProperty, whole);
        }

        if (document.Find(RollbackConfiguration.EnvironmentsProperty) is { } environments)
        {
            CheckEnvironments(environments.Value, part);
        }
    }

    /// <summary>The environments that can be chosen, the default first.</summary>
    public static IReadOnlyList<string> Environments(LocatedNode document)
    {
        var name = Setting.NameOf(nameof(RollbackSettings.Environment));
        var first = document.Find(name)?.Value.Text ?? RollbackConfiguration.DefaultEnvironment;
        var others = document.Find(RollbackConfiguration.EnvironmentsProperty)?.Value.Properties ?? [];
        return [first, .. others.Select(environment => environment.Name).Where(other => other != first)];
    }

    /// <summary>The settings of one environment: the file's own and the environment's part over them.</summary>
    /// <param name="document">The document.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="isNamed">Whether a parameter named it.</param>
    public static LocatedNode Merge(LocatedNode document, string environment, bool isNamed)
    {
        var merged = Settings(document);
        if (document.Find(RollbackConfiguration.EnvironmentsProperty)?.Value.Find(environment) is { } part)
        {
            merged = merged.Under(part.Value.From(SettingSource.Environment));
        }

        var name = Setting.NameOf(nameof(RollbackSettings.Environment));
        var given = merged.Find(name);
        if (given is not null && !isNamed)
        {
            return merged;
        }

        var node = new LocatedNode
        {
            Kind = JsonValueKind.String,
            Text = environment,
            Source = isNamed ? SettingSource.Parameter : SettingSource.Default,
        };
        return merged.With([.. merged.Properties.Where(property => property != given),
            new LocatedProperty(name, node, Line: null, Column: null)]);
    }

    private static void CheckEnvironments(LocatedNode environments, SettingReading part)
    {
        const string Path = RollbackConfiguration.EnvironmentsProperty;
        if (environments.Kind != JsonValueKind.Object)
        {
            part.Faults.Add(Path, environments, $"expects an object of environments, not {environments.KindName}");
            return;
        }

        foreach (var environment in environments.Properties)
        {
            var below = SettingPath.Property(Path, environment.Name);
            if (!SettingTable.EnvironmentName.Accepts(environment.Name))
            {
                part.Faults.Add(below, environment.Line, environment.Column,
                    $"expects {SettingTable.EnvironmentName.Expected}");
            }

            SettingTable.Overlay.Read(environment.Value, below, part);
        }
    }

    private static LocatedNode Settings(LocatedNode document) => document.With([.. document.Properties.Where(property =>
        SettingTable.Root.Find(property.Name) is not null)]);
}
