namespace RollbackOps.Configuration.Shapes;

/// <summary>A command: the program and its arguments, never a shell string (S42), never a literal secret.</summary>
internal sealed class CommandLineShape() : ListShape<string>(
    "a list of the program and its arguments",
    new TextShape("an argument", $@"^{SecretReference.NoReference}[^\u0000]*$", longest: 32_000),
    least: 1,
    first: TextShape.Line("a program", longest: 4096))
{
    protected override void Check(LocatedNode node, string path, SettingReading reading)
    {
        for (var i = 0; i < node.Items.Count; i++)
        {
            var next = i + 1 < node.Items.Count ? node.Items[i + 1] : null;
            if (LiteralSecret.IsSecretOption(node.Items[i].Text, next?.Text))
            {
                reading.Faults.AddSecret(SettingPath.Item(path, i), node.Items[i].Line, node.Items[i].Column,
                    "hands over a literal secret", "give it to the program as a reference in variables");
            }
        }
    }
}
