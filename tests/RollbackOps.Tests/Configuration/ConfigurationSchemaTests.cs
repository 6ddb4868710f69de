using System.Reflection;
using RollbackOps.Configuration;
using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Tests.Configuration;

public class ConfigurationSchemaTests
{
    [Fact]
    public void Schema_Published_IsTheTablesOwn()
    {
        var published = File.ReadAllText(Path.Combine(RepositoryRoot(), "schema", ConfigurationSchema.FileName));

        Assert.True(ConfigurationSchema.ToJson() == published,
            "The published schema is not the table's: run `dotnet run tools/write-schema.cs` and look at the difference.");
    }

    [Fact]
    public void Table_EverySettingsRecord_IsCoveredWhole()
    {
        var shapes = Shapes(SettingTable.Root).Append(SettingTable.Check)
            .Concat(SettingTable.Check.Settings.Select(setting => setting.Shape).OfType<ObjectShape>())
            .Distinct();

        foreach (var shape in shapes)
        {
            var properties = shape.Record.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(property => property.SetMethod is not null)
                .Select(property => property.Name)
                .Except([nameof(RollbackSettings.BaseFolder), nameof(RollbackSettings.File)]);
            Assert.Equal(properties.Order(), shape.Settings.Select(setting => setting.Property).Order());
        }
    }

    [Fact]
    public void Table_EveryDefault_IsAcceptedByItsOwnShape()
    {
        foreach (var setting in SettingTable.Root.Settings.Where(one => one.Shape is ObjectShape))
        {
            var shape = (ObjectShape)setting.Shape;
            foreach (var (below, value) in shape.Settings.Select(one => (one, shape.DefaultOf(one))))
            {
                if (value is not null)
                {
                    var needed = string.Concat(shape.Settings.Where(one => one.IsRequired).Select(one => $"\"{one.Name}\": \"http://x\", "));
                    Configured.Read($$"""{ "{{setting.Name}}": { {{needed}}"{{below.Name}}": {{value.ToJsonString()}} } }""");
                }
            }
        }
    }

    [Fact]
    public void Readme_ItsConfiguration_IsAccepted()
    {
        var readme = File.ReadAllText(Path.Combine(RepositoryRoot(), "README.md"));
        var start = readme.IndexOf("```json\n", StringComparison.Ordinal) + "```json\n".Length;

        var settings = Configured.Read(readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)]).Settings;

        Assert.Equal("chatbot", settings.Project);
    }

    private static IEnumerable<ObjectShape> Shapes(ObjectShape shape) =>
        shape.Settings.Select(setting => setting.Shape).OfType<ObjectShape>().SelectMany(Shapes).Prepend(shape);

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "RollbackOps.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("RollbackOps.sln");
        }

        return folder;
    }
}
