using System.Text.Json;
using Serverless.Contracts;

namespace Serverless.Relay.Tests.Contracts;

public sealed class DefaultsTests
{
    [Fact]
    public void Members_left_out_have_their_defaults()
    {
        var snapshot = JsonSerializer.Deserialize(
            """
            {"product":"p","version":1,"credentials":{},"policy_chain":[],
             "backends":[{"backend":"b","path":"/","private_base_url":"wss://b"}],
             "mapping_rules":[{"method":"GET","pattern":"/","metric":"hits"}]}
            """,
            ContractsJson.Default.ProductSnapshot)!;

        Assert.Equal(new CredentialSettings { Location = CredentialLocation.Query, UserKeyName = "user_key" }, snapshot.Credentials);
        Assert.Equal(new BackendTls(), snapshot.Backends[0].Tls);
        Assert.Equal((1, false), (snapshot.MappingRules[0].Delta, snapshot.MappingRules[0].Last));
    }

    [Fact]
    public void A_question_without_usage_uses_nothing()
    {
        var question = JsonSerializer.Deserialize("""{"product":"p","user_key":"k"}""", ContractsJson.Default.AuthorizationRequest)!;

        Assert.Empty(question.Usage);
    }
}
