// Writes the published schema from the table of settings. From the repository's root:
//     dotnet run tools/write-schema.cs
#:project ../src/RollbackOps/RollbackOps.csproj
#:property PublishAot=false

using RollbackOps.Configuration;

File.WriteAllText(Path.Combine("schema", ConfigurationSchema.FileName), ConfigurationSchema.ToJson());
